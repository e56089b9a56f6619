import { messageOf } from "@klingkit/spec/web";
import { InputError, KlingkitError } from "../../index.js";
import { codeOf, isDiskFull } from "../error-code.js";

/** Whatever went wrong with the store's files, in one sentence. */
export function storeError(cause: unknown, folder: string): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  const code = codeOf(cause);
  if (isDiskFull(code)) {
    return failed(`The disk is full; the task store in ${folder} was not written.`, "Make room and try again.");
  }
  return failed(
    `The task store in ${folder} can't be used (${code || messageOf(cause)}).`,
    "Give a folder on a local disk that may be read and written.",
  );
}

export function newerFormat(folder: string): KlingkitError {
  return failed(`The task store in ${folder} was written by a newer klingkit.`, "Use that one, or another folder.");
}

export function notAStore(file: string): KlingkitError {
  return failed(`${file} is not a task store of klingkit.`, "Give a folder of its own.");
}

export function noFolder(): KlingkitError {
  return failed("The task store has no folder.", "Give the path of a folder of its own.");
}

export function tooLarge(file: string): KlingkitError {
  return failed(
    `${file} is larger than 1 GiB, which no task store gets.`,
    "Restore it from a backup, or move it away.",
  );
}

export function notKept(folder: string): KlingkitError {
  return failed(`The task store in ${folder} did not keep what was written.`, "Give a folder on a local disk.");
}

function failed(what: string, remedy: string): KlingkitError {
  return new InputError(what, remedy, "task-store");
}
