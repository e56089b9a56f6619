export type { Dialect, Family, FamilyTypes, Finding, RetryVerdict, TaskHandle } from "@klingkit/spec";
export { isLoopback } from "@klingkit/spec/web";
export {
  type CallMethod,
  type CallName,
  createKlingClient,
  type FamilyClient,
  type FamilyRequest,
  type KlingClient,
} from "./client.js";
export { resultExpiry } from "./download/address.js";
export { type Download, type DownloadOptions, type DownloadProgress, download } from "./download/download.js";
export type { DownloadTarget } from "./download/result-urls.js";
export {
  AbortedError,
  ConnectionError,
  type ErrorCode,
  type ErrorDetails,
  InputError,
  KlingkitError,
  type KnownErrorCode,
  type OwnErrorCode,
  type PartialHandle,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  type UnknownOutcomeReason,
  WaitTimeoutError,
} from "./errors/index.js";
export type { KlingEvent } from "./events.js";
export type { HttpDoor } from "./http/door.js";
export type { InputSource, MediaInput, WithInputs } from "./inputs/media-input.js";
export { type KeyPair, keyPair } from "./key-pair.js";
export { systemClock } from "./lib/clock.js";
export { Secret } from "./lib/secret.js";
export { createLimiter, type Limiter, type LimiterOptions } from "./limiter/limiter.js";
export type { CallOptions, KlingClientOptions, RetryOptions } from "./options.js";
export type {
  ApiKey,
  Authentication,
  CallbackSource,
  Clock,
  Guard,
  PaidRequest,
  Pauses,
  Place,
  Preflight,
  PreflightContext,
  Prepare,
  TaskKey,
  TaskRecord,
  TaskScope,
  TaskState,
  TaskStore,
} from "./ports.js";
export { canonicalRequest } from "./submit/digest.js";
export type { Outcome } from "./submit/outcome.js";
export { memoryTaskStore, mergeRecord } from "./task-store/task-records.js";
export type { FamilyName, FamilyTask, Task } from "./tasks/family-task.js";
export { formatHandle, parseHandle, type TaskReference } from "./tasks/handle.js";
export type { ListQuery } from "./tasks/list.js";
export { resultUrls } from "./tasks/result.js";
export type { SettledAs } from "./tasks/resume.js";
export type { AnyTask } from "./tasks/task.js";
export type { WaitOptions } from "./tasks/wait.js";
export { watch } from "./watch/watch.js";
export type { WatchChange } from "./watch/watch-change.js";
export type { WatchOptions } from "./watch/watch-options.js";
