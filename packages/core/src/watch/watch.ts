import { families } from "@klingkit/spec/client";
import type { KlingClient } from "../client.js";
import { contextOf } from "../client-context.js";
import type { ClientContext } from "../context.js";
import { InputError, type PartialHandle } from "../errors/index.js";
import { rowNamed } from "../lib/names.js";
import { checkNumbers } from "../lib/settings.js";
import { parseHandle, taskIdOf } from "../tasks/handle.js";
import { Poll, type PollOptions } from "../tasks/poll.js";
import type { WatchChange } from "./watch-change.js";
import type { WatchOptions } from "./watch-options.js";
import { Watcher } from "./watcher.js";

/**
 * Watches any number of tasks, with one limit on requests a second for all of them. It reports each change of a status once,
 * even to a word that klingkit does not know. If you pass a task with its status, only later changes are reported. At Kling,
 * which has lists, one request queries many tasks. It sends queries only while the caller waits for the next change.
 *
 * It ends when every task has ended. A task that can't be queried is reported with its error, and the others go on. There is no
 * deadline: pass `AbortSignal.timeout(ms)`. After an abort, or when you leave the loop, all requests and timers stop.
 * @throws InputError for a value that is not a handle; while iterating, AbortedError when the signal is aborted
 */
export function watch(
  client: KlingClient,
  handles: Iterable<PartialHandle | string>,
  options: WatchOptions = {},
): AsyncIterableIterator<WatchChange> {
  const { requestsPerSecond = 5, firstPollMs, pollMs } = options;
  checkNumbers({ requestsPerSecond, firstPollMs, pollMs });
  if (requestsPerSecond === 0)
    throw new InputError("requestsPerSecond is 0: nothing would be queried.", "Give more than 0.");
  const context = contextOf(client);
  const polls = [...handles].map((handle) => pollOf(context, handle, { firstPollMs, pollMs }));
  const byHandle = new Map(polls.map((poll) => [keyOf(poll), poll]));
  return new Watcher(context, [...byHandle.values()], { ...options, requestsPerSecond });
}

/** @throws InputError for anything but a handle */
function pollOf(context: ClientContext, given: PartialHandle | string, options: PollOptions): Poll {
  const handle: PartialHandle = typeof given === "string" ? parseHandle(given) : given;
  taskIdOf(handle);
  return new Poll(context, rowNamed("family", families, handle.family), handle, options);
}

function keyOf({ handle: { family, task_id, external_task_id } }: Poll): string {
  return `${family}/${task_id ?? external_task_id}`;
}
