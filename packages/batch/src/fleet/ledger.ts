import type { Redis } from "ioredis";

/** A member that has a slot keeps it; another gets one while there is room. */
const take = `
if redis.call("ZSCORE", KEYS[1], ARGV[1]) then return 1 end
if redis.call("ZCARD", KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
redis.call("ZADD", KEYS[1], ARGV[3], ARGV[1])
return 1`;

/** Books a cost once; refuses what would be more than the budget. */
const book = `
if redis.call("HEXISTS", KEYS[1], ARGV[1]) == 1 then return 1 end
local spent = tonumber(redis.call("GET", KEYS[2]) or "0")
if ARGV[3] ~= "" and spent + tonumber(ARGV[2]) > tonumber(ARGV[3]) then return 0 end
redis.call("HSET", KEYS[1], ARGV[1], ARGV[2])
redis.call("INCRBY", KEYS[2], ARGV[2])
return 1`;

const unbook = `
local cost = redis.call("HGET", KEYS[1], ARGV[1])
if not cost then return 0 end
redis.call("HDEL", KEYS[1], ARGV[1])
redis.call("DECRBY", KEYS[2], cost)
return 1`;

/** The fleet's slots and money, each decided in one step by Redis, so that no two workers take the same. */
export class FleetLedger {
  readonly #redis: Redis;
  readonly #prefix: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** Whether the task may run now; again true for a task that has its slot. */
  async takeSlot(model: string, ownId: string, cap: number | undefined): Promise<boolean> {
    if (cap === undefined) return true;
    return (await this.#redis.eval(take, 1, this.#slots(model), ownId, cap, Date.now())) === 1;
  }

  async freeSlot(model: string, ownId: string): Promise<void> {
    await this.#redis.zrem(this.#slots(model), ownId);
  }

  /** Whether the money is there for it. @param usd dollars, kept in hundredths of a cent */
  async book(ownId: string, usd: number, budget: number | undefined): Promise<boolean> {
    const limit = budget === undefined ? "" : hundredths(budget);
    return (
      (await this.#redis.eval(
        book,
        2,
        `${this.#prefix}:costs`,
        `${this.#prefix}:spent`,
        ownId,
        hundredths(usd),
        limit,
      )) === 1
    );
  }

  async giveBack(ownId: string): Promise<void> {
    await this.#redis.eval(unbook, 2, `${this.#prefix}:costs`, `${this.#prefix}:spent`, ownId);
  }

  /** Dollars. */
  async spent(): Promise<number> {
    return Number((await this.#redis.get(`${this.#prefix}:spent`)) ?? 0) / 1e4;
  }

  #slots(model: string): string {
    return `${this.#prefix}:slots:${model}`;
  }
}

function hundredths(usd: number): number {
  return Math.round(usd * 1e4);
}
