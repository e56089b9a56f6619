import type { Redis } from "ioredis";
import type { RowResult } from "../engine.js";
import { chunk } from "./connect.js";
import type { RowJob } from "./jobs.js";

/** A row's result as Redis keeps it. */
export interface StoredResult extends Omit<RowResult, "row"> {
  readonly digest: string;
  /** The attempt that the same row goes on with, unedited; absent where it would fail again. */
  readonly nextAttempt?: number;
}

/** Keeps a result, its place in the order of ends, the counts of states, and the job of a row that can go on. */
const keep = `
local earlier = redis.call("HGET", KEYS[1], ARGV[1])
if earlier then redis.call("HINCRBY", KEYS[2], cjson.decode(earlier).state, -1) end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("HINCRBY", KEYS[2], cjson.decode(ARGV[2]).state, 1)
redis.call("RPUSH", KEYS[3], ARGV[1])
if ARGV[3] == "" then redis.call("HDEL", KEYS[4], ARGV[1]) else redis.call("HSET", KEYS[4], ARGV[1], ARGV[3]) end`;

const forget = `
for _, id in ipairs(ARGV) do
  local earlier = redis.call("HGET", KEYS[1], id)
  if earlier then redis.call("HINCRBY", KEYS[2], cjson.decode(earlier).state, -1) end
  redis.call("HDEL", KEYS[1], id)
  redis.call("HDEL", KEYS[4], id)
end`;

/** What became of a fleet's rows. */
export class FleetResults {
  readonly #redis: Redis;
  readonly #keys: readonly [results: string, counts: string, ended: string, left: string];

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#keys = [`${prefix}:results`, `${prefix}:counts`, `${prefix}:ended`, `${prefix}:left`];
  }

  /** @param job what goes on with the row; absent where it would fail again */
  async keep(id: string, result: StoredResult, job?: RowJob): Promise<void> {
    await this.#redis.eval(keep, 4, ...this.#keys, id, JSON.stringify(result), job ? JSON.stringify(job) : "");
  }

  async forget(ids: readonly string[]): Promise<void> {
    for (let from = 0; from < ids.length; from += chunk)
      await this.#redis.eval(forget, 4, ...this.#keys, ...ids.slice(from, from + chunk));
  }

  /** What is known of these rows. */
  async of(ids: readonly string[]): Promise<Map<string, StoredResult>> {
    const known = new Map<string, StoredResult>();
    for (let from = 0; from < ids.length; from += chunk) {
      const some = ids.slice(from, from + chunk);
      const texts = await this.#redis.hmget(this.#keys[0], ...some);
      for (const [index, id] of some.entries()) {
        const text = texts[index];
        if (text) known.set(id, JSON.parse(text) as StoredResult);
      }
    }
    return known;
  }

  /** How many rows are in each state. */
  async counts(): Promise<Record<string, number>> {
    const counts = Object.entries(await this.#redis.hgetall(this.#keys[1]));
    return Object.fromEntries(
      counts.map(([state, count]) => [state, Number(count)]).filter(([, count]) => count !== 0),
    );
  }

  /** Jobs of the rows that can go on: those that failed for a temporary reason, were not sent, or are unknown. */
  async left(): Promise<RowJob[]> {
    return (await this.#redis.hvals(this.#keys[3])).map((text) => JSON.parse(text) as RowJob);
  }

  /** Results in the order in which rows ended, from a place in it on. */
  async since(place: number): Promise<readonly { readonly id: string; readonly result: StoredResult | undefined }[]> {
    const ids = await this.#redis.lrange(this.#keys[2], place, place + chunk - 1);
    const results = await this.of(ids);
    return ids.map((id) => ({ id, result: results.get(id) }));
  }

  /** How many ends there were so far. */
  async endedCount(): Promise<number> {
    return this.#redis.llen(this.#keys[2]);
  }
}
