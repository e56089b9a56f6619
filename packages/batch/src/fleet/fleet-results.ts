import type { Redis } from "ioredis";
import type { RowResult } from "../engine.js";
import type { BatchRow } from "../row.js";
import { chunk, chunksOf } from "./connect.js";
import type { RowJob } from "./jobs.js";

/** A row's result as Redis keeps it. */
export interface StoredResult extends Omit<RowResult, "row"> {
  readonly digest: string;
  /** The attempt that the same row goes on with, unedited; absent where it would fail again. */
  readonly nextAttempt?: number;
}

/** What every script begins with. */
const known = `
local results, counts, ended, left, wanted, replaceable = unpack(KEYS)
local function digestNow(id)
  local digest = redis.call("HGET", wanted, id)
  local result = redis.call("HGET", results, id)
  return digest or (result and cjson.decode(result).digest)
end
`;

/** Whether the row was edited since its job was made: another request is wanted in its place, or has ended already. */
const isReplaced = `${known}
local digest = digestNow(ARGV[1])
if digest and digest ~= ARGV[2] then return 1 end
return 0`;

/**
 * Keeps a result, its place in the order of ends, the counts of states, and the job of a row that can go on; leaves out the
 * result of a row that was edited since.
 */
const keep = `${known}
local result, digest = cjson.decode(ARGV[2]), digestNow(ARGV[1])
if digest and digest ~= result.digest then return end
local earlier = redis.call("HGET", results, ARGV[1])
if earlier then redis.call("HINCRBY", counts, cjson.decode(earlier).state, -1) end
redis.call("HSET", results, ARGV[1], ARGV[2])
redis.call("HINCRBY", counts, result.state, 1)
redis.call("RPUSH", ended, ARGV[1])
redis.call("HDEL", wanted, ARGV[1])
if ARGV[3] == "" then redis.call("HDEL", left, ARGV[1]) else redis.call("HSET", left, ARGV[1], ARGV[3]) end`;

/** Forgets results, but not whose files are in the folder: new ones may replace these. */
const forget = `${known}
for _, id in ipairs(ARGV) do
  local earlier = redis.call("HGET", results, id)
  if earlier then
    local state = cjson.decode(earlier).state
    redis.call("HINCRBY", counts, state, -1)
    if state == "done" then redis.call("SADD", replaceable, id) end
  end
  redis.call("HDEL", results, id)
  redis.call("HDEL", left, id)
end`;

/** What became of a fleet's rows. */
export class FleetResults {
  readonly #redis: Redis;
  /** In the order of `known`. */
  readonly #keys: readonly string[];
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
    const names = ["results", "counts", "ended", "left", "wanted", "replaceable"];
    this.#keys = names.map((name) => this.#key(name));
  }

  /** @param job what goes on with the row; absent where it would fail again */
  async keep(id: string, result: StoredResult, job?: RowJob): Promise<void> {
    await this.#run(keep, [id, JSON.stringify(result), job ? JSON.stringify(job) : ""]);
  }

  /**
   * Gives rows to the fleet that it has not ended, or that it has to make again. Jobs of the same rows from before an edit,
   * which are still in the queue, are not sent any more.
   */
  async begin(rows: readonly BatchRow[]): Promise<void> {
    for (const some of chunksOf(rows)) {
      await this.#redis.hset(this.#key("wanted"), Object.fromEntries(some.map(({ id, digest }) => [id, digest])));
      await this.#run(
        forget,
        some.map(({ id }) => id),
      );
    }
  }

  /** Whether the row was edited since its job was made. */
  async isReplaced({ id, digest }: BatchRow): Promise<boolean> {
    return (await this.#run(isReplaced, [id, digest])) === 1;
  }

  /** Whether files of the row's name may be its own, from before it was edited. */
  async hasFiles({ id }: BatchRow): Promise<boolean> {
    return (await this.#redis.sismember(this.#key("replaceable"), id)) === 1;
  }

  /** What is known of these rows. */
  async of(ids: readonly string[]): Promise<Map<string, StoredResult>> {
    const known = new Map<string, StoredResult>();
    for (const some of chunksOf(ids)) {
      const texts = await this.#redis.hmget(this.#key("results"), ...some);
      for (const [index, id] of some.entries()) {
        const text = texts[index];
        if (text) known.set(id, JSON.parse(text) as StoredResult);
      }
    }
    return known;
  }

  /** How many rows are in each state. */
  async counts(): Promise<Record<string, number>> {
    const counts = Object.entries(await this.#redis.hgetall(this.#key("counts")));
    return Object.fromEntries(
      counts.map(([state, count]) => [state, Number(count)]).filter(([, count]) => count !== 0),
    );
  }

  /** Jobs of the rows that can go on: those that failed for a temporary reason, were not sent, or are unknown. */
  async left(): Promise<RowJob[]> {
    return (await this.#redis.hvals(this.#key("left"))).map((text) => JSON.parse(text) as RowJob);
  }

  /** Results in the order in which rows ended, from a place in it on. */
  async since(place: number): Promise<readonly { readonly id: string; readonly result: StoredResult | undefined }[]> {
    const ids = await this.#redis.lrange(this.#key("ended"), place, place + chunk - 1);
    const results = await this.of(ids);
    return ids.map((id) => ({ id, result: results.get(id) }));
  }

  /** How many ends there were so far. */
  async endedCount(): Promise<number> {
    return this.#redis.llen(this.#key("ended"));
  }

  #run(script: string, given: readonly string[]): Promise<unknown> {
    return this.#redis.eval(script, this.#keys.length, ...this.#keys, ...given);
  }

  #key(name: string): string {
    return `${this.#prefix}:${name}`;
  }
}
