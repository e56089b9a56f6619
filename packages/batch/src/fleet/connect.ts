import { setTimeout as sleep } from "node:timers/promises";
import { ConnectionError, InputError } from "@klingkit/core";
import { Redis, type RedisOptions } from "ioredis";

/** A connection that waits for a lost Redis, with up to two seconds between two tries. It can be ended meanwhile. */
class Connection extends Redis {
  readonly #address: string;
  readonly #copies: Redis[] = [];
  #isOver = false;

  constructor(address: string, settings: Omit<RedisOptions, "replyMapping">) {
    super(address, settings);
    this.#address = address;
    this.options.retryStrategy = (tries) => (this.#isOver ? null : Math.min(2_000, 50 * tries));
    this.on("error", () => {});
    this.on("connect", () => this.#isOver && super.disconnect());
  }

  /** BullMQ makes copies for commands that block. They end with this connection. */
  override duplicate(settings: Omit<RedisOptions, "replyMapping"> = {}): Redis {
    const copy = new Connection(this.#address, { ...options, ...settings });
    this.#copies.push(copy);
    return copy;
  }

  /** BullMQ ends a connection whose command may hang, and opens it again. */
  override connect(...given: Parameters<Redis["connect"]>): Promise<void> {
    // ioredis calls it first before this object is complete.
    if (#isOver in this && this.status === "end") this.#isOver = false;
    return super.connect(...given);
  }

  override disconnect(reconnect = false): void {
    this.#isOver ||= !reconnect;
    if (!reconnect) for (const copy of this.#copies) copy.disconnect();
    // While it waits to reconnect, ioredis ends without an `end` event, which BullMQ waits for. One more attempt brings the event.
    if (reconnect || this.status !== "reconnecting") super.disconnect(reconnect);
  }
}

const options = { maxRetriesPerRequest: null } as const;

/** Makes a connection, which waits for a lost Redis. */
export function connect(address: string): Redis {
  return new Connection(address, options);
}

/**
 * Asks whether Redis is there.
 * @param patienceMs how long it may take to answer, in milliseconds
 * @returns its refusal, where it refuses
 */
export async function ping(redis: Redis, patienceMs: number): Promise<"answers" | "silent" | Error> {
  const patience = new AbortController();
  const timeout = sleep(patienceMs, "silent" as const, { signal: patience.signal }).catch(() => "silent" as const);
  const answer = redis.ping().then(
    () => "answers" as const,
    (error: Error) => error,
  );
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    patience.abort();
  }
}

/** How long Redis may take to answer at first, in milliseconds; later it is waited for. */
const firstAnswerMs = 10_000;

/**
 * Waits for the first answer of Redis. One that refuses commands for now counts as there.
 * @throws ConnectionError if no Redis answers within ten seconds
 * @throws InputError if it needs another password
 */
export async function reach(redis: Redis): Promise<void> {
  const { host, port } = redis.options;
  const answer = await ping(redis, firstAnswerMs);
  if (answer === "answers" || isRedisTrouble(answer)) return;
  if (answer !== "silent")
    throw new InputError(
      `Redis at ${host}:${port} refuses: ${answer.message}.`,
      "Correct user and password in its address.",
    );
  const details = {
    code: "redis-unreachable",
    retry: "after-delay",
    remedy: "Start it, or correct its address.",
  } as const;
  throw new ConnectionError(`No Redis answers at ${host}:${port}.`, { ...details, neverSent: true });
}

/** How often Redis is asked whether it is still there, in milliseconds. */
const askAgainMs = 1_000;

/** Resolves once Redis has been silent for so many milliseconds, or when the signal is aborted. */
export async function untilSilent(redis: Redis, patienceMs: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if ((await ping(redis, patienceMs)) === "silent") return;
    await sleep(askAgainMs, undefined, { signal }).catch(() => {});
  }
}

/** Keys or fields of one command: Redis takes far more, and a command that runs long keeps everybody waiting. */
export const chunk = 1_000;

/** The items in parts that are small enough for one command each. */
export function* chunksOf<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let from = 0; from < items.length; from += chunk) yield items.slice(from, from + chunk);
}

/** Whether Redis refused a command because it is full, loading, or can't write to its disk: it may take it later. */
export function isRedisRefusal(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.name === "ReplyError" &&
    /^(OOM|LOADING|MISCONF|READONLY|BUSY)\b/.test(error.message)
  );
}

/** Whether Redis can't be used now: it refuses commands, or its connection is lost. */
export function isRedisTrouble(error: unknown): boolean {
  return (
    isRedisRefusal(error) ||
    (error instanceof Error && /^(Connection is closed|Stream isn't writeable)/.test(error.message))
  );
}
