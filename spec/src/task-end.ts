import { failures, taskEnds } from "../generated/client-tables.js";
import type { FailureEntry, TaskEnd } from "./catalogue-types.js";

/** How a task has ended, by its `task_status` in any case; undefined while it goes on, and for words nobody knows. */
export function taskEnd(status: string): TaskEnd | undefined {
  const word = status.toLowerCase();
  const ends = Object.keys(taskEnds) as TaskEnd[];
  return ends.find((end) => taskEnds[end].words.includes(word));
}

/**
 * What is known of a failed task's reason. Gateways put words of their own around the provider's text.
 * @param reason `task_status_msg`, "" where there is none
 */
export function taskFailure(reason: string): FailureEntry | undefined {
  const said = reason.trim().toLowerCase();
  return failures.find(([text]) => (text === "" ? said === "" : said.includes(text)));
}
