import { Queue } from "bullmq";
import { Redis } from "ioredis";
import type { RowResult } from "../engine.js";
import { ownIdOf } from "../identity.js";
import type { BatchRow } from "../row.js";
import { FleetLedger } from "./ledger.js";
import { redisTaskStore } from "./redis-task-store.js";

/** What a job of the queue of rows carries. */
export interface RowJob {
  /** Files are there as their paths in the manifest. */
  readonly row: BatchRow;
  /** Which of the row's tasks this is; 1 for the first. */
  readonly attempt: number;
  /** How often its submit was refused in passing. */
  readonly refusals?: number;
}

/** What a job of the queue of checks carries. */
export interface CheckJob extends RowJob {
  readonly ownId: string;
  readonly task_id: string;
}

export interface StoredResult extends Omit<RowResult, "row"> {
  readonly digest: string;
  /** The try that the same row goes on with, unedited; absent where it would fail again. */
  readonly nextAttempt?: number;
}

export interface FleetSettings {
  /** Most tasks at a time for each model, in the whole fleet. */
  readonly cap?: number;
  /** Most dollars for the whole fleet. */
  readonly budget?: number;
  /** Tries of a row whose task fails for a passing reason. Default 3. */
  readonly attempts?: number;
}

export interface FleetOptions {
  /** Address of Redis, such as `redis://127.0.0.1:6379`. Run it with AOF and `maxmemory-policy noeviction`. */
  readonly redis: string;
  /** Two fleets with different names share nothing, also on one Redis. */
  readonly name: string;
}

export interface FleetStatus {
  readonly waiting: number;
  readonly running: number;
  readonly isPaused: boolean;
  readonly usd: number;
  readonly results: Readonly<Record<string, number>>;
}

/** What the members of a fleet share in Redis, and the ways to steer it from anywhere. */
export class Fleet {
  readonly name: string;
  readonly prefix: string;
  readonly redis: Redis;
  readonly rows: Queue<RowJob>;
  readonly checks: Queue<CheckJob>;
  readonly ledger: FleetLedger;

  constructor({ redis, name }: FleetOptions) {
    this.name = name;
    this.prefix = `klingkit:${name}`;
    this.redis = connect(redis);
    const settings = { connection: this.redis, prefix: `${this.prefix}:queues` };
    this.rows = new Queue("rows", settings);
    this.checks = new Queue("checks", settings);
    this.ledger = new FleetLedger(this.redis, this.prefix);
    for (const queue of [this.rows, this.checks]) queue.on("error", () => {});
  }

  store() {
    return redisTaskStore(this.redis, `${this.prefix}:tasks`);
  }

  /** Puts rows into the queue; one that is there already is not put there twice. */
  async add(jobs: readonly RowJob[]): Promise<void> {
    const named = jobs.map((data) => ({ name: "row", data, opts: { jobId: this.ownIdOf(data), ...leaveNothing } }));
    await this.rows.addBulk(named);
  }

  ownIdOf({ row, attempt }: RowJob): string {
    return ownIdOf(this.name, row, attempt);
  }

  /** What all workers go by, whoever started them. */
  async settings(): Promise<FleetSettings> {
    return JSON.parse((await this.redis.get(`${this.prefix}:settings`)) ?? "{}") as FleetSettings;
  }

  async setSettings(settings: FleetSettings): Promise<void> {
    await this.redis.set(`${this.prefix}:settings`, JSON.stringify(settings));
  }

  async results(): Promise<Map<string, StoredResult>> {
    const stored = await this.redis.hgetall(`${this.prefix}:results`);
    return new Map(Object.entries(stored).map(([id, text]) => [id, JSON.parse(text) as StoredResult]));
  }

  async keep(id: string, result: StoredResult): Promise<void> {
    await this.redis
      .multi()
      .hset(`${this.prefix}:results`, id, JSON.stringify(result))
      .rpush(`${this.prefix}:ended`, id)
      .exec();
  }

  /** Ids of rows that have ended, from a place in their order on. */
  async ended(from: number): Promise<string[]> {
    return this.redis.lrange(`${this.prefix}:ended`, from, from + 4_999);
  }

  async endedCount(): Promise<number> {
    return this.redis.llen(`${this.prefix}:ended`);
  }

  async result(id: string): Promise<StoredResult | undefined> {
    const text = await this.redis.hget(`${this.prefix}:results`, id);
    return text ? (JSON.parse(text) as StoredResult) : undefined;
  }

  async forget(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.redis.hdel(`${this.prefix}:results`, ...ids);
  }

  async status(): Promise<FleetStatus> {
    const [counts, checks, isPaused, usd] = await Promise.all([
      this.rows.getJobCounts("waiting", "active", "delayed", "prioritized"),
      this.checks.getJobCounts("waiting", "active", "delayed"),
      this.rows.isPaused(),
      this.ledger.spent(),
    ]);
    const sum = (values: Record<string, number>) => Object.values(values).reduce((total, value) => total + value, 0);
    const results: Record<string, number> = {};
    for (const { state } of (await this.results()).values()) results[state] = (results[state] ?? 0) + 1;
    return { waiting: sum(counts), running: sum(checks), isPaused, usd, results };
  }

  /** Sends nothing new; tasks under way are still looked after. */
  async pause(): Promise<void> {
    await this.rows.pause();
  }

  async resume(): Promise<void> {
    await this.redis.del(`${this.prefix}:stopped`, `${this.prefix}:draining`);
    await this.rows.resume();
  }

  /** Takes out of the queue what was not sent yet. */
  async cancel(): Promise<void> {
    await this.rows.drain(true);
  }

  /** Puts an end to sending, for a reason that every row would meet. */
  async stop(reason: string, kind: "stopped" | "draining" = "stopped"): Promise<void> {
    await this.redis.set(`${this.prefix}:${kind}`, reason);
  }

  /** Why nothing more is sent, if so; `isAsked` where somebody has asked for it. */
  async stopped(): Promise<{ readonly reason: string; readonly isAsked: boolean } | undefined> {
    const [reason, asked] = await this.redis.mget(`${this.prefix}:stopped`, `${this.prefix}:draining`);
    if (reason) return { reason, isAsked: false };
    return asked ? { reason: asked, isAsked: true } : undefined;
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.rows.close(), this.checks.close()]);
    this.redis.disconnect();
  }
}

/** Jobs go when they are done: what is known of a row is its result and its task's record. */
export const leaveNothing = { removeOnComplete: true, removeOnFail: true } as const;

/** A connection that waits for a Redis that was lost to come back. */
export function connect(address: string): Redis {
  const redis = new Redis(address, {
    maxRetriesPerRequest: null,
    retryStrategy: (tries) => Math.min(2_000, 50 * tries),
  });
  redis.on("error", () => {});
  return redis;
}
