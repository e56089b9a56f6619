import type { RetryVerdict } from "@klingkit/spec";
import type { ErrorCode } from "./codes.js";
import { docsOf } from "./docs.js";

/** The properties of an error, besides its message. */
export interface ErrorDetails {
  /**
   * A stable name: the catalogue's for a refusal of the provider (`concurrency-limit`), otherwise klingkit's
   * (`wait-timeout`).
   */
  readonly code: ErrorCode;
  /** Whether to make the same call again. */
  readonly retry: RetryVerdict;
  /** What to do, in one sentence. */
  readonly remedy: string;
  /** HTTP status; absent if there was no answer. */
  readonly status?: number | undefined;
  /** The provider's own code: a number such as 1303, or the gateway's word. */
  readonly providerCode?: number | string | undefined;
  /** Trace id for the provider's support. */
  readonly requestId?: string | undefined;
  /** The task that the error is about, or what is known of it. */
  readonly handle?: PartialHandle | undefined;
  /** How long the server asked to wait, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
  /** The error behind this one; of an abort, the reason of the signal. */
  readonly cause?: unknown;
}

/** A handle whose `task_id` may not be known yet. */
export interface PartialHandle {
  readonly family: string;
  readonly task_id?: string | undefined;
  readonly external_task_id?: string | undefined;
}

const marker = Symbol.for("klingkit.error");

/**
 * The base class of all errors that klingkit throws. The message says what happened and what to do. `toJSON` gives the
 * details without secrets. `More` has the properties of a subclass.
 */
export class KlingkitError<More = unknown> extends Error implements ErrorDetails {
  override readonly name: string = "KlingkitError";
  declare readonly code: ErrorCode;
  declare readonly retry: RetryVerdict;
  declare readonly remedy: string;
  declare readonly status: number | undefined;
  declare readonly providerCode: number | string | undefined;
  declare readonly requestId: string | undefined;
  declare readonly handle: PartialHandle | undefined;
  declare readonly retryAfterMs: number | undefined;
  /** Where the site explains the code; absent while the site has no address. */
  declare readonly docsUrl?: string;
  readonly [marker] = true;

  constructor(what: string, details: ErrorDetails & More) {
    const { cause, ...known } = details;
    super(`${what} ${known.remedy}`.trim(), cause === undefined ? undefined : { cause });
    Object.assign(this, known, docsOf(known.code));
  }

  /** True for errors of any copy of klingkit, for example one that another package has installed. */
  static isInstance(value: unknown): value is KlingkitError {
    return value instanceof Error && marker in value;
  }

  /** Returns this error with the handle; an error that already has a handle is returned unchanged. */
  withHandle(handle: PartialHandle): KlingkitError {
    return this.handle ? this : Object.assign(this, { handle });
  }

  /** The details that may be logged: no keys, no pictures, and not the `cause`. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, retry, remedy, status, providerCode, requestId, handle, retryAfterMs, docsUrl } = this;
    return { name, message, code, retry, remedy, status, providerCode, requestId, handle, retryAfterMs, docsUrl };
  }
}
