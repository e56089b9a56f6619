import type { Dialect, Finding } from "@klingkit/spec";
import type { KlingkitError, PartialHandle } from "./errors/index.js";
import type { Secret } from "./lib/secret.js";
import type { Outcome } from "./submit/outcome.js";
import type { AnyTask } from "./tasks/task.js";

// What people hand in, as types alone: each can be written from outside with this file.

/** Time as the client sees it. Tests push their own; nothing else in the client touches timers. */
export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** Milliseconds from any start, of a clock that is never set: for deadlines. Default: `now`, without the steps it is set back by. */
  monotonic?(): number;
  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason as soon as it is aborted, leaving no timer.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back once, after `ms` milliseconds, unless what it returns was called before. For the time limit of each
   * request: a sleep with a signal to end it is slower.
   */
  after(ms: number, callback: () => void): () => void;
}

/** What the client needs of a key: a `Secret` is one that never changes, `keyPair` makes one that signs tokens. */
export interface Authentication {
  /**
   * What follows `Bearer`, at this time in Unix milliseconds. A promise only where a token has to be made. A KlingkitError
   * it throws goes to the caller as it is, anything else as an InputError.
   */
  bearer(now: number): string | Promise<string>;
  /** Forgets a token that the server refused; absent where no other one can be made. */
  renew?(): void;
  /** A text from outside, without the keys should it hold them. The token itself is taken out in any case. */
  redact?(text: string): string;
}

/** A key as the console shows it, or a way of making one, such as `keyPair`. */
export type ApiKey = string | Secret | Authentication;

/** Looks at a body before it is sent; `@klingkit/core/preflight` has the one that knows the contract's rules. */
export type Preflight = (operation: string, body: unknown, context: PreflightContext) => readonly Finding[];

export interface PreflightContext {
  readonly dialect: Dialect;
  /** Origin the request goes to. A private one is a simulator's, which reaches addresses that a provider can't. */
  readonly baseUrl?: string;
  /** Whether the server runs in this process or on this machine. Default false. */
  readonly isLocal?: boolean;
}

/** Makes a body out of one that holds bytes; `prepare` of `@klingkit/core/inputs` does. */
export type Prepare = (
  operation: string,
  body: Readonly<Record<string, unknown>>,
) => Promise<Readonly<Record<string, unknown>>>;

/** Pauses between polls. */
export interface Pauses {
  /** Resolves after `ms` milliseconds, or earlier when there is news of the task. @throws AbortedError */
  pause(ms: number): Promise<void>;
  /** Stops listening for news. */
  end?(): void;
}

/** Where a wait hears of callbacks; `createCallbackWaiter` of `@klingkit/core/callbacks` is one. */
export interface CallbackSource {
  /** Pauses that a report about the task ends early. The listening begins at once. */
  pauses(clock: Clock, handle: PartialHandle, signal: AbortSignal | undefined): Pauses;
}

/** A paid request that is about to be made. */
export interface PaidRequest {
  /** Name of the family or the call. */
  readonly operation: string;
  /** A family's request makes a task; a call is answered at once. */
  readonly kind: "family" | "call";
  /** As it will be sent. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What is known of the task before it exists: with its own id, unless the operation takes none. */
  readonly handle: PartialHandle;
  /** The caller's. A guard that keeps the request waiting ends the waiting when it is aborted. */
  readonly signal: AbortSignal | undefined;
  /** The client's time. */
  readonly clock: Clock;
  /** Asks the server once for a task; costs nothing. */
  get(handle: PartialHandle, options: { readonly signal?: AbortSignal }): Promise<AnyTask>;
  /** Advised pause between two questions about this request's task, in milliseconds. */
  readonly pollMs: number;
}

/** Has a say before anything is paid for; limiter and budget are guards. `options.guards` takes your own. */
export interface Guard {
  /**
   * Asked before the intention is taken and anything is sent. Whatever it throws refuses the request: a KlingkitError goes
   * to the caller as it is, anything else as an InputError.
   */
  admit(request: PaidRequest): Place | Promise<Place>;
  /** Told of every task that a query has shown. */
  saw?(task: AnyTask): void;
}

/** What a guard keeps for one request until it is known what came of it. */
export interface Place {
  /** Resolves when the request may leave; called before each try. Rejects to end the request. */
  ready?(): Promise<void>;
  /** A try was refused and will be repeated. */
  refused?(error: KlingkitError): void;
  /**
   * The end, called once and awaited before the caller's call ends. `made`: there is a task. `refused`: this request made no
   * task; it was refused, was never sent, or joined another call, whose task the caller gets. `unknown`: there may be a task,
   * so keep what it may cost. What it throws is told to `onEvent` (`guard-failed`): a task that was paid for must not be lost.
   */
  settle(outcome: Outcome): void | Promise<void>;
}

/** The server and account that a task belongs to. The same own id in another scope is another task. */
export interface TaskScope {
  readonly dialect: Dialect;
  /** Origin of the server, such as `https://api.cometapi.com`. Empty in what version 1 of the file store wrote. */
  readonly origin: string;
  /** The client's option `account`; empty where none was given. Never a key: keys are changed, accounts stay. */
  readonly account: string;
}

/** What tells one intention to create a task from all others. */
export interface TaskKey extends TaskScope {
  readonly family: string;
  readonly external_task_id: string;
}

/**
 * `sending`: the request may be out; `unknown`: nobody can tell whether the task exists; `refused`: certainly no task,
 * may be claimed again; `accepted`: the task exists; `ended`: the task has succeeded or failed.
 */
export type TaskState = "sending" | "unknown" | "refused" | "accepted" | "ended";

/** What is known of one intention to create a task. All times are Unix milliseconds. */
export interface TaskRecord extends TaskKey {
  /** Once the provider has told it. */
  readonly task_id?: string;
  readonly state: TaskState;
  /** SHA-256 of the request, where the own id is the caller's: one own id belongs to one request. */
  readonly digest?: string;
  /** When the intention was taken. A later claim has a later time. */
  readonly claimedAt: number;
  /** When a request was last sent. */
  readonly sentAt?: number;
  /** Until then its sender may still be sending. Before that time no other call declares the task absent. */
  readonly until: number;
  readonly updatedAt: number;
  /** The caller's own JSON, at most 4 kB. */
  readonly note?: unknown;
}

/**
 * Remembers intentions before the first byte leaves, so that neither a crash nor a second caller with the same
 * `external_task_id` pays twice. `taskStoreSuite` of `@klingkit/core/testing` shows whether a store keeps these promises.
 */
export interface TaskStore {
  /**
   * Takes the intention, atomically: of several callers one gets undefined and may send; the others get the record that
   * was there. A record in state `refused` is replaced. Resolves when the record would survive a crash.
   */
  claim(record: TaskRecord): Promise<TaskRecord | undefined>;
  /** The record of one intention. */
  find(key: TaskKey): Promise<TaskRecord | undefined>;
  /**
   * Keeps what became of an intention: `mergeRecord` of the record that was there and this one, atomically; this one
   * where none was there.
   */
  update(record: TaskRecord): Promise<void>;
  /** All records, or with `open` those that are neither ended nor refused, in any order. */
  list(options?: { readonly open?: boolean | undefined }): Promise<readonly TaskRecord[]>;
}
