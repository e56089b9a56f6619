import { KlingkitError } from "@klingkit/core";
import { messageOf } from "@klingkit/spec/web";
import type { Certainty } from "./created-tasks.js";
import { exitCodeOf } from "./exit-code.js";
import { handleText } from "./resume.js";

/**
 * What went wrong with one of several tasks, with its handle where it exists or may exist.
 * @param created how sure it is that the task exists
 */
export function failure(error: unknown, created: Certainty = "none") {
  const message = messageOf(error);
  const isKnown = KlingkitError.isInstance(error);
  const handle = isKnown && error.handle ? handleText(error.handle) : undefined;
  return {
    ...(handle ? { handle } : {}),
    files: [],
    exitCode: exitCodeOf(error, created),
    error: isKnown ? error.toJSON() : { message },
    message,
  };
}
