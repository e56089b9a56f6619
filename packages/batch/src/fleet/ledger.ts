import { slotKey, slotsOf } from "@klingkit/spec/slots";
import type { Redis } from "ioredis";
import { hundredthsOfCents } from "../dollars.js";
import type { BatchRow } from "../row.js";
import { chunksOf } from "./connect.js";

/** What every script on slots begins with. `cap` is nil where it is neither given nor learned. */
const known = `
local slots, taken, learned, raised, waiting, settings, stopped, draining = unpack(KEYS)
local given = cjson.decode(redis.call("GET", settings) or "{}").cap
local cap = given or tonumber(redis.call("GET", learned))
local used = tonumber(redis.call("GET", taken) or "0")
`;

/**
 * Takes slots for a task and returns -1, or returns how many tasks wait. A task that has slots keeps them. A task that
 * needs more than the cap runs alone. A learned cap is raised once a minute, because it may have come from somebody else's
 * tasks.
 */
const take = `${known}
if redis.call("HEXISTS", slots, ARGV[1]) == 1 then return -1 end
if cap and used > 0 and used + ARGV[2] > cap then
  if given or not redis.call("SET", raised, 1, "NX", "EX", 60) then
    return redis.call("ZCARD", waiting)
  end
  redis.call("INCRBY", learned, ARGV[2])
end
redis.call("HSET", slots, ARGV[1], ARGV[2])
redis.call("INCRBY", taken, ARGV[2])
redis.call("ZREM", waiting, ARGV[1])
return -1`;

/** Puts a task into the queue for slots, unless it may come at once: there is room, or nothing is sent any more. */
const queue = `${known}
if redis.call("EXISTS", stopped, draining) > 0 then return 0 end
if not cap or used == 0 or used + ARGV[2] <= cap then return 0 end
redis.call("ZADD", waiting, "NX", ARGV[3], ARGV[1])
return 1`;

/** Gives slots back. Returns as many of the waiting tasks as there are slots for now. */
const release = `${known}
local held = tonumber(redis.call("HGET", slots, ARGV[1]))
if not held then return {} end
redis.call("HDEL", slots, ARGV[1])
used = redis.call("DECRBY", taken, held)
if ARGV[2] == "refused" then
  redis.call("SET", raised, 1, "EX", 60)
  redis.call("SET", learned, math.max(1, used))
  return {}
end
return redis.call("ZPOPMIN", waiting, math.max(held, (cap or 0) - used))`;

/** Books a cost once; refuses what would exceed the budget. */
const book = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1 then return 1 end
local spent = tonumber(redis.call("GET", KEYS[2]) or "0")
if ARGV[3] ~= "" and spent + ARGV[2] > tonumber(ARGV[3]) then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("INCRBY", KEYS[2], ARGV[2])
return 1`;

const giveBack = `
local usd = redis.call("HGET", KEYS[1], ARGV[1])
if not usd then return 0 end
redis.call("HDEL", KEYS[1], ARGV[1])
return redis.call("DECRBY", KEYS[2], usd)`;

/** A task, and what it takes of its model's slots until it has ended. */
export interface Holder {
  readonly model: string;
  readonly slots: number;
  readonly ownId: string;
}

export function holderOf({ family, body }: Pick<BatchRow, "family" | "body">, ownId: string): Holder {
  return { model: slotKey(family, body), slots: slotsOf(family, body), ownId };
}

/**
 * The fleet's slots and money. Each decision is one script in Redis, so that two workers never take the same. Each may be
 * sent twice, because the connection was lost, and changes nothing the second time.
 */
export class FleetLedger {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Whether the task may run now; again true for a task that has its slots. `inLine`: how many others wait for some. */
  async takeSlots({ model, slots, ownId }: Holder): Promise<{ readonly isTaken: boolean; readonly inLine: number }> {
    await this.#redis.sadd(`${this.#prefix}:models`, model);
    const inLine = Number(await this.#redis.eval(take, 8, ...this.#slots(model), ownId, slots));
    return { isTaken: inLine < 0, inLine: Math.max(0, inLine) };
  }

  /** Puts a task that found no slots into the line for them. @returns false where it may come at once */
  async queueForSlots({ model, slots, ownId }: Holder): Promise<boolean> {
    return (await this.#redis.eval(queue, 8, ...this.#slots(model), ownId, slots, Date.now())) === 1;
  }

  /** @returns own ids of tasks that waited in line, and may come now */
  async freeSlots({ model, ownId }: Holder): Promise<readonly string[]> {
    const popped = (await this.#redis.eval(release, 8, ...this.#slots(model), ownId, "")) as string[];
    // Each own id is followed by the time it came.
    return popped.filter((_, index) => index % 2 === 0);
  }

  /** The provider runs no more tasks of this model: its cap is what the fleet has left after giving back these slots. */
  async learnCap({ model, ownId }: Holder): Promise<void> {
    await this.#redis.eval(release, 8, ...this.#slots(model), ownId, "refused");
  }

  /** Slots in use, by model. */
  async taken(): Promise<Record<string, number>> {
    const models = await this.#redis.smembers(`${this.#prefix}:models`);
    if (models.length === 0) return {};
    const counts = await this.#redis.mget(models.map((model) => `${this.#prefix}:taken:${model}`));
    return Object.fromEntries(models.map((model, index) => [model, Number(counts[index] ?? 0)]));
  }

  /** Whether there is money for the task. @param usd dollars, kept in hundredths of a cent */
  async book(ownId: string, usd: number, budget: number | undefined): Promise<boolean> {
    const limit = budget === undefined ? "" : hundredthsOfCents(budget);
    return (await this.#redis.eval(book, 2, ...this.#money(), ownId, hundredthsOfCents(usd), limit)) === 1;
  }

  /** Whether money was booked for the task: then a request for it may have been sent. */
  async isBooked(ownId: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#money()[0], ownId)) === 1;
  }

  /** Those of the tasks that money was booked for. */
  async booked(ownIds: readonly string[]): Promise<ReadonlySet<string>> {
    const booked = new Set<string>();
    for (const some of chunksOf(ownIds)) {
      const costs = await this.#redis.hmget(this.#money()[0], ...some);
      for (const [index, ownId] of some.entries()) if (costs[index] !== null) booked.add(ownId);
    }
    return booked;
  }

  /** Gives back the money of a task that cost nothing. */
  async giveBack(ownId: string): Promise<void> {
    await this.#redis.eval(giveBack, 2, ...this.#money(), ownId);
  }

  /** Dollars. */
  async spent(): Promise<number> {
    return Number((await this.#redis.get(this.#money()[1])) ?? 0) / 1e4;
  }

  /** In the order of `known`. */
  #slots(model: string): readonly string[] {
    const ofModel = ["slots", "taken", "cap", "raised", "line"].map((name) => `${this.#prefix}:${name}:${model}`);
    return [...ofModel, ...["settings", "stopped", "draining"].map((name) => `${this.#prefix}:${name}`)];
  }

  #money(): readonly [string, string] {
    return [`${this.#prefix}:costs`, `${this.#prefix}:spent`];
  }
}
