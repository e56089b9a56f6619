import type { KlingClient } from "../client.js";
import { contextOf } from "../client-context.js";
import { InputError, type PartialHandle } from "../errors/index.js";
import { checkNumbers } from "../settings.js";
import type { WatchOptions } from "./watch-options.js";
import { type WatchChange, type Watched, watchedOf } from "./watched.js";
import { Watcher } from "./watcher.js";

/**
 * Watches any number of tasks on one request budget. Gives each change of a status once, also to one nobody knows; a
 * task whose status was given along is reported when that has changed. Where the dialect has a list, one request asks for
 * many tasks. Asks only while somebody waits for the next change.
 *
 * Ends when every task has ended; a task that can't be asked for is reported with its error, and the others go on. There
 * is no deadline: give `AbortSignal.timeout(ms)`. After an abort, or when the loop is left, nothing goes on.
 * @throws InputError for anything but handles; while iterating AbortedError when the signal is aborted
 */
export function watch(
  client: KlingClient,
  handles: Iterable<PartialHandle | string>,
  options: WatchOptions = {},
): AsyncIterableIterator<WatchChange> {
  const { requestsPerSecond = 5, firstPollMs, pollMs } = options;
  checkNumbers({ requestsPerSecond, firstPollMs, pollMs });
  if (requestsPerSecond === 0) throw new InputError("No request a second would watch nothing.", "Give more than 0.");
  const context = contextOf(client);
  const tasks = new Map([...handles].map(watchedOf).map((watched) => [keyOf(watched), watched]));
  return new Watcher(context, [...tasks.values()], { ...options, requestsPerSecond });
}

function keyOf({ handle: { family, task_id, external_task_id } }: Watched): string {
  return `${family}/${task_id ?? external_task_id}`;
}
