import { randomBytes } from "node:crypto";
import { InputError, type KlingClient, type TaskStore } from "@klingkit/core";
import { type Job, Queue } from "bullmq";
import type { Redis } from "ioredis";
import { ownIdOf } from "../identity.js";
import { connect, isRedisTrouble, reach } from "./connect.js";
import { FleetEvents } from "./events.js";
import { FleetResults } from "./fleet-results.js";
import { type CheckJob, jobOptions, type RowJob } from "./jobs.js";
import { FleetLedger } from "./ledger.js";
import { type RedisTaskStoreOptions, redisTaskStore } from "./redis-task-store.js";

/** Version of what the members of a fleet write. It is raised when older members would misread newer ones. */
const protocol = 1;

export interface FleetSettings {
  /** Most tasks at a time for each model, in the whole fleet. Default: learned from the provider's refusals. */
  readonly cap?: number | undefined;
  /** Most dollars for the whole fleet. Default: no limit. */
  readonly budget?: number | undefined;
  /** Number of attempts for a row whose task fails for a temporary reason, the first one included. Default 3. */
  readonly attempts?: number | undefined;
}

export interface FleetOptions {
  /** Address of Redis, such as `redis://127.0.0.1:6379`. Run it with AOF and `maxmemory-policy noeviction`. */
  readonly redis: string;
  /** The batch's name. Two fleets with different names share nothing, also on one Redis. */
  readonly name: string;
}

export interface FleetStatus {
  /** Workers that are connected; absent where Redis does not tell. */
  readonly workers?: number;
  /** Rows in the queue. */
  readonly waiting: number;
  /** Tasks that run and are polled. */
  readonly running: number;
  /** Whether `pause` has stopped the queue. */
  readonly isPaused: boolean;
  /** Why nothing more is sent. */
  readonly stopped?: string;
  /** Dollars by Kling's price list. */
  readonly usd: number;
  /** Rows by state. */
  readonly results: Readonly<Record<string, number>>;
  readonly settings: FleetSettings;
  /** Slots in use, by model. */
  readonly slots: Readonly<Record<string, number>>;
}

/** Why nothing more is sent: for a reason that every row would meet, or because somebody has asked for it. */
interface Stop {
  readonly reason: string;
  readonly isAsked: boolean;
}

/** What a worker has to know before it takes a job. */
export interface Orders {
  readonly settings: FleetSettings;
  readonly stopped: Stop | undefined;
  /** A newer member writes what this one can't read. */
  readonly isOutdated: boolean;
}

/** The shared state of a fleet in Redis, and methods to control the fleet from anywhere. */
export class Fleet {
  readonly name: string;
  readonly prefix: string;
  readonly redis: Redis;
  readonly rows: Queue<RowJob>;
  readonly checks: Queue<CheckJob>;
  readonly ledger: FleetLedger;
  readonly results: FleetResults;
  readonly events: FleetEvents;

  constructor({ redis, name }: FleetOptions) {
    this.name = name;
    this.prefix = `klingkit:${name}`;
    this.redis = connect(redis);
    // Nobody listens to the queues' events; by default BullMQ keeps ten thousand of them.
    const streams = { events: { maxLen: 100 } };
    const settings = { connection: this.redis, prefix: this.queuePrefix, defaultJobOptions: jobOptions, streams };
    this.rows = new Queue("rows", settings);
    this.checks = new Queue("checks", settings);
    this.ledger = new FleetLedger(this.redis, this.prefix);
    this.results = new FleetResults(this.redis, this.prefix);
    this.events = new FleetEvents(this.redis, this.prefix);
    for (const queue of [this.rows, this.checks]) queue.on("error", () => {});
  }

  get queuePrefix(): string {
    return `${this.prefix}:queues`;
  }

  store(options?: RedisTaskStoreOptions): TaskStore {
    return redisTaskStore(this.redis, `${this.prefix}:tasks`, options);
  }

  /**
   * Checks that this process can work with the fleet. Call it first.
   * @throws ConnectionError if no Redis answers within ten seconds
   * @throws InputError if Redis needs another password, or a newer version works with this fleet
   */
  async join(): Promise<void> {
    await reach(this.redis);
    const known = Number((await this.redis.get(this.#key("protocol"))) ?? 0);
    if (known > protocol) throw outdated();
    if (known < protocol) await this.redis.set(this.#key("protocol"), protocol);
  }

  /**
   * Ties the fleet to the server of its first member: rows of a simulator must not be paid for, nor be taken for paid ones.
   * @throws InputError for another server
   */
  async tieTo({ baseUrl }: Pick<KlingClient, "baseUrl">): Promise<void> {
    const { origin } = new URL(baseUrl);
    const key = this.#key("origin");
    let known = await this.redis.get(key);
    if (known === null) {
      await this.redis.set(key, origin, "NX");
      known = await this.redis.get(key);
    }
    if (known === origin) return;
    throw new InputError(
      `The fleet ${this.name} works at ${known}, and this process would work at ${origin}.`,
      "Give the batch another name.",
    );
  }

  /** Puts rows into the queue. A row that is already there is not added again. */
  async add(jobs: readonly RowJob[]): Promise<void> {
    await this.rows.addBulk(jobs.map((data) => ({ name: "row", data, opts: { jobId: this.ownIdOf(data) } })));
  }

  ownIdOf({ row, attempt }: RowJob): string {
    return ownIdOf(this.name, row, attempt);
  }

  async setSettings(settings: FleetSettings): Promise<void> {
    await this.redis.set(this.#key("settings"), JSON.stringify(settings));
    // Those that wait for slots may come now, where the cap has grown.
    await this.rows.promoteJobs();
  }

  async orders(): Promise<Orders> {
    const names = ["settings", "stopped", "draining", "protocol"];
    const [settings, reason, asked, known] = await this.redis.mget(names.map((name) => this.#key(name)));
    return {
      settings: JSON.parse(settings ?? "{}") as FleetSettings,
      stopped: reason ? { reason, isAsked: false } : asked ? { reason: asked, isAsked: true } : undefined,
      isOutdated: Number(known ?? 0) > protocol,
    };
  }

  async status(): Promise<FleetStatus> {
    const [workers, waiting, running, isPaused, usd, results, slots, { settings, stopped }] = await Promise.all([
      this.workers(),
      this.rows.getJobCountByTypes("waiting", "active", "delayed", "prioritized"),
      this.checks.getJobCountByTypes("waiting", "active", "delayed"),
      this.rows.isPaused(),
      this.ledger.spent(),
      this.results.counts(),
      this.ledger.taken(),
      this.orders(),
    ]);
    return {
      ...(workers === undefined ? {} : { workers }),
      waiting,
      running,
      isPaused,
      usd,
      results,
      settings,
      slots,
      ...(stopped ? { stopped: stopped.reason } : {}),
    };
  }

  /** Number of workers that are connected; undefined where Redis does not list its clients. */
  async workers(): Promise<number | undefined> {
    try {
      const clients = await this.rows.getWorkers();
      // In place of a list that a service refuses, BullMQ gives one entry without an address.
      return clients.every(({ addr }) => addr) ? clients.length : undefined;
    } catch (error) {
      if (isRedisTrouble(error)) throw error;
      return undefined;
    }
  }

  /** Sends no further rows; running tasks are finished. */
  async pause(): Promise<void> {
    await this.rows.pause();
  }

  /** Goes on after a pause, a stop or a cancel. */
  async resume(): Promise<void> {
    await this.redis.del(this.#key("stopped"), this.#key("draining"));
    await this.rows.resume();
  }

  /**
   * Removes the rows from the queue that were not sent yet. Running tasks are finished.
   * @returns how many rows were removed; `retry` puts them back
   */
  async cancel(): Promise<number> {
    await this.stop("The batch was cancelled.", "draining");
    const jobs = await this.rows.getJobs(["waiting", "delayed", "prioritized"]);
    let count = 0;
    for (const job of jobs) if (await this.#cancel(job)) count += 1;
    return count;
  }

  /** A job that a worker has in its hands, or whose request may have been sent, stays. */
  async #cancel(job: Job<RowJob>): Promise<boolean> {
    const { row, attempt } = job.data;
    const ownId = this.ownIdOf(job.data);
    if (await this.ledger.isBooked(ownId)) return false;
    const isRemoved = await job.remove().then(
      () => true,
      () => false,
    );
    if (!isRemoved) return false;
    const error = { code: "cancelled", message: "The batch was cancelled." };
    const facts = {
      digest: row.digest,
      state: "not-started",
      attempt,
      nextAttempt: attempt,
      external_task_id: ownId,
    } as const;
    await this.results.keep(row.id, { ...facts, files: [], usd: 0, error }, { row, attempt });
    return true;
  }

  /**
   * Puts rows back into the queue that failed for a temporary reason, were not sent, or are unknown. Rows whose content
   * was refused stay as they are, because they would be refused again.
   * @returns how many rows were put back, and how many failed ones were not
   */
  async retry(): Promise<{ readonly retried: number; readonly kept: number }> {
    const jobs = await this.results.left();
    const { failed = 0 } = await this.results.counts();
    const known = await this.results.of(jobs.map(({ row }) => row.id));
    const again = [...known.values()].filter(({ state }) => state === "failed").length;
    await this.resume();
    // A row that goes on already has the same own id, so that putting it there again changes nothing.
    await this.add(jobs);
    return { retried: jobs.length, kept: failed - again };
  }

  /** Stops sending. Rows that wait for slots stop waiting. */
  async stop(reason: string, kind: "stopped" | "draining" = "stopped"): Promise<void> {
    await this.redis.set(this.#key(kind), reason);
    await this.rows.promoteJobs();
  }

  /** Polls a task at once, because a callback about it arrived. */
  async checkNow(ownId: string): Promise<void> {
    const job = await this.checks.getJob(ownId);
    // One that a worker has in its hands is being asked for.
    await job?.promote().catch(() => {});
  }

  /** The key for the tokens in callback addresses. All members of the fleet have the same. */
  async callbackKey(): Promise<string> {
    const key = this.#key("callback-key");
    await this.redis.set(key, randomBytes(32).toString("base64url"), "NX");
    return (await this.redis.get(key)) ?? "";
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.rows.close(), this.checks.close()]);
    this.redis.disconnect();
  }

  #key(name: string): string {
    return `${this.prefix}:${name}`;
  }
}

function outdated(): InputError {
  const what = "A newer version of @klingkit/batch works with this fleet, and this one can't read what it writes.";
  return new InputError(what, "Update @klingkit/batch here.", "outdated");
}
