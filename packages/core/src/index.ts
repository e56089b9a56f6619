export type { Dialect, Family, FamilyTypes, Finding, RetryVerdict, TaskHandle } from "@klingkit/spec";
export { isLoopback } from "@klingkit/spec/web";
export type { ApiKey, Authentication } from "./authentication.js";
export { type CallMethod, type CallName, createKlingClient, type FamilyClient, type KlingClient } from "./client.js";
export { type Clock, systemClock } from "./clock.js";
export { resultExpiry } from "./download/address.js";
export { type Download, type DownloadOptions, type DownloadProgress, download } from "./download/download.js";
export type { DownloadTarget } from "./download/result-urls.js";
export {
  AbortedError,
  ConnectionError,
  type ErrorDetails,
  InputError,
  KlingkitError,
  type PartialHandle,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  type UnknownOutcomeReason,
  WaitTimeoutError,
} from "./errors/index.js";
export type { KlingEvent } from "./events.js";
export type { InputSource, MediaInput, WithInputs } from "./inputs/media-input.js";
export { type KeyPair, keyPair } from "./key-pair.js";
export { createLimiter, type Limiter, type LimiterOptions } from "./limiter/limiter.js";
export type { Guard, Place } from "./operations/admission.js";
export type { CallbackSource, Pauses } from "./operations/pauses.js";
export type { ListQuery } from "./operations/query.js";
export type { AnyTask, FamilyName, Task } from "./operations/task.js";
export type { WaitOptions } from "./operations/wait.js";
export type { CallOptions, KlingClientOptions, Preflight, Prepare, RetryOptions } from "./options.js";
export type { TaskKey, TaskRecord, TaskScope, TaskState, TaskStore } from "./ports.js";
export { Secret } from "./secret.js";
export { formatHandle, parseHandle, type TaskReference } from "./task/handle.js";
export { resultUrls } from "./task/result.js";
export { memoryTaskStore } from "./task-store/memory-task-store.js";
export { mergeRecord } from "./task-store/merge-record.js";
export { watch } from "./watch/watch.js";
export type { WatchOptions } from "./watch/watch-options.js";
export type { WatchChange } from "./watch/watched.js";
