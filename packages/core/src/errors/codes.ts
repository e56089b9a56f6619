import type { RefusalName, TaskEnd, TaskFailureName } from "@klingkit/spec";

/** Codes of errors that klingkit itself finds. */
export type OwnErrorCode =
  | "aborted"
  | "bad-media"
  | "callback-unconfirmed"
  | "certificate-not-trusted"
  | "claim-outdated"
  | "connection-lost"
  | "connection-refused"
  | "disk-full"
  | "download-refused"
  | "endless-list"
  | "external-task-id-reused"
  | "file-exists"
  | "file-not-writable"
  | "foreign-task"
  | "guard"
  | "invalid-base-url"
  | "invalid-callback-key"
  | "invalid-callback-secret"
  | "invalid-input"
  | "joined-another-call"
  | "missing-callback-key"
  | "missing-key"
  | "no-token"
  | "not-created"
  | "over-budget"
  | "price-unknown"
  | "private-address"
  | "refused-in-front"
  | "response-format"
  | "result-changed"
  | "result-gone"
  | "result-missing"
  | "result-too-large"
  | "result-unavailable"
  | "still-sending"
  | "submit-outcome-unknown"
  | "task-store"
  | "timeout"
  | "too-large-in-front"
  | "unencrypted-base-url"
  | "unforeseen"
  | "unknown-refusal"
  | "wait-timeout"
  | "wrong-address";

/** Every code of klingkit: its own, the catalogue's names of refusals, and why a task ended without a result. */
export type KnownErrorCode =
  | OwnErrorCode
  | RefusalName
  | `task-failed-${TaskFailureName | "other"}`
  | `task-${Exclude<TaskEnd, "succeeded" | "failed">}`;

/** The code of an error: one of klingkit's, which editors complete, or one of your own guard or store. */
export type ErrorCode = KnownErrorCode | (string & {});
