import {
  AbortedError,
  ConnectionError,
  InputError,
  KlingkitError,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  WaitTimeoutError,
} from "@klingkit/core";
import { BatchError } from "./batch-error.js";
import type { Certainty } from "./created-tasks.js";
import type { EndSignal } from "./io.js";
import { OutputError } from "./output.js";

/** What the exit codes mean; scripts rely on them. They say first whether a paid task exists. */
export const exitCodes = {
  ok: 0,
  bug: 1,
  usage: 2,
  configuration: 3,
  unfinished: 4,
  taskFailed: 5,
  refused: 6,
  outcomeUnknown: 7,
  batchPartlyFailed: 8,
  network: 9,
  outputFailed: 10,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

const configurationCodes = new Set([
  "missing-key",
  "no-token",
  "invalid-base-url",
  "unencrypted-base-url",
  "wrong-address",
  "invalid-proxy",
]);

/** Errors about the file that a finished task's result was to be written to. */
const fileCodes = new Set(["file-exists", "file-not-writable", "disk-full"]);

const ofSignal: Readonly<Record<EndSignal, number>> = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
};

/** Ends a command that was interrupted: the reason of its abort. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  readonly signal: EndSignal;

  constructor(signal: EndSignal) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

/**
 * The exit code for an error.
 * @param created how sure it is that this run has made a task
 */
export function exitCodeOf(error: unknown, created: Certainty = "none"): number {
  if (error instanceof BatchError) return error.exitCode;
  if (error instanceof OutputError) return exitCodes.outputFailed;
  if (error instanceof TaskFailedError) return exitCodes.taskFailed;
  const certainty = certaintyOf(error, created);
  const isAboutFile = error instanceof InputError && fileCodes.has(error.code);
  if (certainty === "exists") return isAboutFile ? exitCodes.outputFailed : exitCodes.unfinished;
  return certainty === "unknown" ? exitCodes.outcomeUnknown : withoutTask(error);
}

/** Whether a task exists, from what this run has seen and from what the error says. */
function certaintyOf(error: unknown, created: Certainty): Certainty {
  if (created !== "none") return created;
  if (error instanceof SubmitOutcomeUnknownError) return "unknown";
  if (!KlingkitError.isInstance(error) || !error.handle) return "none";
  if (error instanceof WaitTimeoutError || error instanceof InputError) return "exists";
  if (error instanceof AbortedError) return error.handle.task_id ? "exists" : "unknown";
  return error instanceof RefusedError || !error.handle.task_id ? "none" : "exists";
}

function withoutTask(error: unknown): number {
  if (error instanceof AbortedError)
    return error.cause instanceof Interruption ? ofSignal[error.cause.signal] : exitCodes.interrupted;
  if (error instanceof InputError)
    return configurationCodes.has(error.code) ? exitCodes.configuration : exitCodes.usage;
  if (error instanceof RefusedError) return error.status === 401 ? exitCodes.configuration : exitCodes.refused;
  if (error instanceof ResponseFormatError)
    return configurationCodes.has(error.code) ? exitCodes.configuration : exitCodes.network;
  return error instanceof ConnectionError ? exitCodes.network : exitCodes.bug;
}

/** The exit code that all of several have in common; 8 where they differ. */
export function exitCodeOfAll(codes: Iterable<number>): number {
  const [code = exitCodes.ok, ...others] = new Set(codes);
  return others.length > 0 ? exitCodes.batchPartlyFailed : code;
}
