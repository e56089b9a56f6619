import { slotKey, slotsOf } from "@klingkit/spec/slots";
import type { Redis } from "ioredis";
import type { BatchRow } from "../row.js";

/**
 * Takes slots for a task; a task that has them keeps them. A task that needs more than the cap runs alone. A learned cap is
 * raised once a minute, because it may have come from somebody else's tasks.
 */
const take = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1 then return 1 end
local taken = tonumber(redis.call("GET", KEYS[2]) or "0")
local cap = tonumber(ARGV[3]) or tonumber(redis.call("GET", KEYS[3]))
if cap and taken > 0 and taken + ARGV[2] > cap then
  if ARGV[3] ~= "" or not redis.call("SET", KEYS[4], 1, "NX", "EX", 60) then return 0 end
  redis.call("INCRBY", KEYS[3], ARGV[2])
end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("INCRBY", KEYS[2], ARGV[2])
return 1`;

const free = `
local slots = redis.call("HGET", KEYS[1], ARGV[1])
if not slots then return 0 end
redis.call("HDEL", KEYS[1], ARGV[1])
return redis.call("DECRBY", KEYS[2], slots)`;

/** Books a cost once; refuses what would exceed the budget. */
const book = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1 then return 1 end
local spent = tonumber(redis.call("GET", KEYS[2]) or "0")
if ARGV[3] ~= "" and spent + ARGV[2] > tonumber(ARGV[3]) then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("INCRBY", KEYS[2], ARGV[2])
return 1`;

/** A task, and what it takes of its model's slots until it has ended. */
export interface Holder {
  readonly model: string;
  readonly slots: number;
  readonly ownId: string;
}

export function holderOf({ family, body }: Pick<BatchRow, "family" | "body">, ownId: string): Holder {
  return { model: slotKey(family, body), slots: slotsOf(body), ownId };
}

/** The fleet's slots and money. Each decision is one script in Redis, so that two workers never take the same. */
export class FleetLedger {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /**
   * Whether the task may run now; again true for a task that has its slots.
   * @param cap tasks at a time; undefined where the provider's refusals have to teach one
   */
  async takeSlots({ model, slots, ownId }: Holder, cap: number | undefined): Promise<boolean> {
    const keys = [...this.#slots(model), `${this.#prefix}:cap:${model}`, `${this.#prefix}:raised:${model}`];
    await this.#redis.sadd(`${this.#prefix}:models`, model);
    return (await this.#redis.eval(take, 4, ...keys, ownId, slots, cap ?? "")) === 1;
  }

  async freeSlots({ model, ownId }: Holder): Promise<void> {
    await this.#redis.eval(free, 2, ...this.#slots(model), ownId);
  }

  /** The provider runs no more tasks of this model: its cap is what the fleet has left after giving back these slots. */
  async learnCap(holder: Holder): Promise<void> {
    const left = Number(await this.#redis.eval(free, 2, ...this.#slots(holder.model), holder.ownId));
    const minute = 60;
    await this.#redis.set(`${this.#prefix}:raised:${holder.model}`, 1, "EX", minute);
    await this.#redis.set(`${this.#prefix}:cap:${holder.model}`, Math.max(1, left));
  }

  /** Slots in use, by model. */
  async taken(): Promise<Record<string, number>> {
    const models = await this.#redis.smembers(`${this.#prefix}:models`);
    if (models.length === 0) return {};
    const counts = await this.#redis.mget(models.map((model) => this.#slots(model)[1]));
    return Object.fromEntries(models.map((model, index) => [model, Number(counts[index] ?? 0)]));
  }

  /** Whether there is money for the task. @param usd dollars, kept in hundredths of a cent */
  async book(ownId: string, usd: number, budget: number | undefined): Promise<boolean> {
    const limit = budget === undefined ? "" : hundredths(budget);
    return (await this.#redis.eval(book, 2, ...this.#money(), ownId, hundredths(usd), limit)) === 1;
  }

  /** Whether money was booked for the task: then a request for it may have been sent. */
  async isBooked(ownId: string): Promise<boolean> {
    return (await this.#redis.hexists(this.#money()[0], ownId)) === 1;
  }

  /** Gives back the money of a task that cost nothing. */
  async giveBack(ownId: string): Promise<void> {
    await this.#redis.eval(free, 2, ...this.#money(), ownId);
  }

  /** Dollars. */
  async spent(): Promise<number> {
    return Number((await this.#redis.get(this.#money()[1])) ?? 0) / 1e4;
  }

  #slots(model: string): readonly [string, string] {
    return [`${this.#prefix}:slots:${model}`, `${this.#prefix}:taken:${model}`];
  }

  #money(): readonly [string, string] {
    return [`${this.#prefix}:costs`, `${this.#prefix}:spent`];
  }
}

function hundredths(usd: number): number {
  return Math.round(usd * 1e4);
}
