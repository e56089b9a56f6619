import { InputError } from "../errors/index.js";
import { plainText } from "../lib/plain-text.js";
import { resultMissing } from "../tasks/end-error.js";
import { handleOf } from "../tasks/handle.js";
import { hasResult, resultUrls } from "../tasks/result.js";
import { isSucceeded } from "../tasks/status.js";

/** A task to download from. With `family` and its ids, errors name the task. */
interface FinishedTask {
  readonly task_result?: unknown;
  readonly task_status?: string | undefined;
  readonly updated_at?: unknown;
  readonly family?: string | undefined;
  readonly task_id?: string | undefined;
  readonly external_task_id?: string | undefined;
}

/** What can be downloaded: an address, or a task that has succeeded. */
export type DownloadTarget = string | FinishedTask;

/**
 * The address of one of a task's files.
 * @throws ResponseFormatError for a task that has succeeded and holds no result, InputError for one without that file
 */
export function resultUrl(task: FinishedTask, index: number): string {
  const url = resultUrls(task)[index];
  if (url !== undefined) return url;
  const { task_status = "unknown", family } = task;
  const succeeded = isSucceeded(task_status);
  if (succeeded && !hasResult(task)) throw resultMissing(family === undefined ? undefined : handleOf(family, task));
  throw new InputError(
    `The task has no result number ${index} to download (status: ${plainText(task_status, 100)}).`,
    succeeded ? "Look into the task for what it made." : "Wait until it has succeeded, then download.",
  );
}
