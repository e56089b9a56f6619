import type { Dialect, Finding } from "@klingkit/spec";
import type { KlingkitError, PartialHandle } from "./errors/index.js";
import type { Secret } from "./lib/secret.js";
import type { Outcome } from "./submit/outcome.js";
import type { AnyTask } from "./tasks/task.js";

// The types of what callers pass in. They need nothing but this file to write one of their own.

/** The client's clock. Tests pass their own; the client uses no other timers. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /**
   * Milliseconds from any start, of a clock that never runs backwards; used for deadlines. Default: `now`, ignoring
   * when it is set back.
   */
  monotonic?(): number;
  /**
   * Resolves after `ms` milliseconds. If the signal is aborted, it rejects at once with the signal's reason and clears
   * its timer.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls `callback` once after `ms` milliseconds, unless the returned function was called before. Used for the time
   * limit of each request, because a `sleep` with a signal is slower.
   */
  after(ms: number, callback: () => void): () => void;
}

/** A key as the client uses it. A `Secret` never changes; `keyPair` makes one that signs tokens. */
export interface Authentication {
  /**
   * The text after `Bearer`, at this time in Unix milliseconds. It returns a promise only if a token has to be made. If
   * it throws a KlingkitError, the caller gets that error; any other error becomes an InputError. It may take as long as the
   * request itself.
   */
  bearer(now: number): string | Promise<string>;
  /** Forgets a token that the server refused. Leave it out if no other token can be made. */
  renew?(): void;
  /** Removes the keys from a text of the server. The token itself is removed in any case. */
  redact?(text: string): string;
}

/** A key as the provider's console shows it, or a way to make one, such as `keyPair`. */
export type ApiKey = string | Secret | Authentication;

/** Checks a body before it is sent. `@klingkit/core/preflight` has the check by the contract's rules. */
export type Preflight = (operation: string, body: unknown, context: PreflightContext) => readonly Finding[];

export interface PreflightContext {
  readonly dialect: Dialect;
  /** Address of the server. A private one is a simulator's, which can reach addresses that a provider can't. */
  readonly baseUrl?: string | undefined;
  /** Whether the server runs in this process or on this machine. Default false. */
  readonly isLocal?: boolean | undefined;
}

/** Turns a body that contains bytes into one that can be sent. `prepare` of `@klingkit/core/inputs` does this. */
export type Prepare = (
  operation: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** Pauses between polls. */
export interface Pauses {
  /** Resolves after `ms` milliseconds, or earlier if there is news of the task. @throws AbortedError */
  pause(ms: number): Promise<void>;
  /** Stops listening for news. */
  end?(): void;
}

/** Tells a wait about callbacks. `createCallbackWaiter` of `@klingkit/core/callbacks` makes one. */
export interface CallbackSource {
  /** Pauses that end early when a callback about the task arrives. It listens from this call on. */
  pauses(clock: Clock, handle: PartialHandle, signal: AbortSignal | undefined): Pauses;
}

/** A paid request that is about to be made. */
export interface PaidRequest {
  /** Name of the family or the call. */
  readonly operation: string;
  /** A request of a family makes a task; a call returns its result at once. */
  readonly kind: "family" | "call";
  /** The body as it will be sent. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What is known of the task before it exists. It has the `external_task_id`, unless the operation takes none. */
  readonly handle: PartialHandle;
  /** The caller's signal. A guard that lets the request wait must stop waiting when it is aborted. */
  readonly signal: AbortSignal | undefined;
  /** The client's time. */
  readonly clock: Clock;
  /** Queries a task once; this costs nothing. */
  get(handle: PartialHandle, options: { readonly signal?: AbortSignal | undefined }): Promise<AnyTask>;
  /** Recommended pause between two queries about this request's task, in milliseconds. */
  readonly pollMs: number;
}

/** Decides whether a paid request may be sent. Limiter and budget are guards; pass your own in `options.guards`. */
export interface Guard {
  /**
   * Called before the request is recorded or sent. If it throws, the request is refused: the caller gets a
   * KlingkitError unchanged, and any other error as an InputError.
   */
  admit(request: PaidRequest): Place | Promise<Place>;
  /** Called with every task that a query of a family returned (not of `kling.http`), and not awaited. If it throws, `onEvent` gets the error (`guard-failed`). */
  saw?(task: AnyTask): void;
}

/** What a guard holds for one request until its outcome is known. */
export interface Place {
  /** Resolves when the request may be sent; called before each attempt. Rejects to end the request. */
  ready?(): Promise<void>;
  /** Called when an attempt was refused and will be retried; like `saw` not awaited, and its errors go to `onEvent`. */
  refused?(error: KlingkitError): void;
  /**
   * Called once with the outcome, and awaited before the caller's call ends. `made`: there is a task. `refused`: this
   * request made no task. It was refused, was never sent, or joined another call, whose task the caller gets.
   * `unknown`: there may be a task, so keep counting its cost. If `settle` throws, `onEvent` gets the error
   * (`guard-failed`), because a task that was paid for must not be lost.
   */
  settle(outcome: Outcome): void | Promise<void>;
}

/** The server and account that a task belongs to. The same `external_task_id` in another scope is another task. */
export interface TaskScope {
  readonly dialect: Dialect;
  /** Origin of the server, such as `https://api.cometapi.com`. Empty in records of version 1 of the file store. */
  readonly origin: string;
  /** The client's option `account`; empty by default. Never a key, because keys change and accounts stay the same. */
  readonly account: string;
}

/** Identifies one intention: a paid request that the caller wants to be made once, however often it is sent. */
export interface TaskKey extends TaskScope {
  readonly family: string;
  readonly external_task_id: string;
}

/**
 * `sending`: the request may be under way. `unknown`: it can't be known whether the task exists. `refused`: certainly
 * no task; the intention may be claimed again. `accepted`: the task exists. `ended`: the task has succeeded or failed.
 */
export type TaskState = "sending" | "unknown" | "refused" | "accepted" | "ended";

/** The record of one intention to create a task. All times are Unix milliseconds. */
export interface TaskRecord extends TaskKey {
  /** Known after the provider has answered. */
  readonly task_id?: string;
  readonly state: TaskState;
  /** SHA-256 of the request, if the caller chose the `external_task_id`. An id belongs to one request. */
  readonly digest?: string;
  /** When the intention was claimed. A later claim has a later time. */
  readonly claimedAt: number;
  /** When a request was last sent. */
  readonly sentAt?: number;
  /** Until this time the sender may still be sending. Before it, no other call decides that there is no task. */
  readonly until: number;
  /** When the record was last written. */
  readonly updatedAt: number;
  /** The caller's own JSON, at most 4 kB. */
  readonly note?: unknown;
}

/**
 * Records each paid request before its first byte is sent, so that a crash, or a second caller with the same
 * `external_task_id`, causes no duplicate charge. `taskStoreSuite` of `@klingkit/core/testing` tests whether a store
 * keeps these promises.
 */
export interface TaskStore {
  /**
   * Claims the intention, atomically. If several callers claim it, one gets undefined and may send; the others get the
   * existing record. A record in state `refused` is replaced. Resolves when the record would survive a crash.
   */
  claim(record: TaskRecord): Promise<TaskRecord | undefined>;
  /** The record of one intention. */
  find(key: TaskKey): Promise<TaskRecord | undefined>;
  /** Stores `mergeRecord` of the existing record and this one, atomically. If there is no record, stores this one. */
  update(record: TaskRecord): Promise<void>;
  /** All records in any order; with `open` only those that are neither ended nor refused. */
  list(options?: { readonly open?: boolean | undefined }): Promise<readonly TaskRecord[]>;
}
