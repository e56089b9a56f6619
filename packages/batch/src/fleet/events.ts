import { KlingkitError, type RetryVerdict } from "@klingkit/core";
import type { Redis } from "ioredis";
import type { BatchEvent } from "../engine.js";
import type { BatchRow } from "../row.js";

/** What a worker tells of a row while it works on it. */
export type RowNews = Extract<BatchEvent, { readonly type: "row-status" | "row-retried" }>;

/** As it goes through Redis. */
type Told =
  | { readonly type: "row-status"; readonly id: string; readonly attempt: number; readonly status: string }
  | {
      readonly type: "row-retried";
      readonly id: string;
      readonly attempt: number;
      readonly error: { readonly what: string; readonly code: string; readonly retry: string; readonly remedy: string };
    };

/** Publishes the workers' events to all processes that are subscribed. Redis stores none of them; results are stored elsewhere. */
export class FleetEvents {
  readonly #redis: Redis;
  readonly #channel: string;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#channel = `${prefix}:news`;
  }

  /** Waits for nothing, because nobody may be listening. */
  tell(news: RowNews): void {
    void this.#redis.publish(this.#channel, JSON.stringify(pack(news))).catch(() => {});
  }

  /**
   * @param rowOf the listener's row of that id; news of other rows are left out
   * @returns ends the listening
   */
  async listen(rowOf: (id: string) => BatchRow | undefined, listener: (news: RowNews) => void): Promise<() => void> {
    const redis = this.#redis.duplicate();
    redis.on("message", (_, text) => {
      const told = JSON.parse(text) as Told;
      const row = rowOf(told.id);
      if (row) listener(unpack(told, row));
    });
    await redis.subscribe(this.#channel);
    return () => redis.disconnect();
  }
}

function pack(news: RowNews): Told {
  const { attempt, row } = news;
  if (news.type === "row-status") return { type: news.type, id: row.id, attempt, status: news.status };
  const { message, code, retry, remedy } = news.error;
  const what = message.slice(0, 500).replace(remedy, "").trim();
  return { type: news.type, id: row.id, attempt, error: { what, code, retry, remedy } };
}

function unpack(told: Told, row: BatchRow): RowNews {
  const { type, attempt } = told;
  if (type === "row-status") return { type, row, attempt, status: told.status };
  const { what, code, retry, remedy } = told.error;
  return { type, row, attempt, error: new KlingkitError(what, { code, retry: retry as RetryVerdict, remedy }) };
}
