import {
  AbortedError,
  ConnectionError,
  InputError,
  RefusedError,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  WaitTimeoutError,
} from "@klingkit/core";
import { BatchError } from "./batch-error.js";

/** What the exit codes mean; scripts rely on them. */
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
  interrupted: 130,
} as const;

const configurationCodes = new Set([
  "missing-key",
  "no-token",
  "invalid-base-url",
  "unencrypted-base-url",
  "wrong-address",
]);

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof BatchError) return error.exitCode;
  if (error instanceof AbortedError) return exitCodes.interrupted;
  // With a task behind it, it is the result's file that could not be written.
  if (error instanceof InputError && error.handle) return exitCodes.unfinished;
  if (error instanceof InputError)
    return configurationCodes.has(error.code) ? exitCodes.configuration : exitCodes.usage;
  if (error instanceof WaitTimeoutError) return exitCodes.unfinished;
  if (error instanceof TaskFailedError) return exitCodes.taskFailed;
  if (error instanceof SubmitOutcomeUnknownError) return exitCodes.outcomeUnknown;
  if (error instanceof RefusedError) return error.status === 401 ? exitCodes.configuration : exitCodes.refused;
  if (error instanceof ResponseFormatError)
    return configurationCodes.has(error.code) ? exitCodes.configuration : exitCodes.network;
  return error instanceof ConnectionError ? exitCodes.network : exitCodes.bug;
}
