import { isDeleted, statusAt } from "../engine/lifecycle.js";
import { taskOfResult } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import type { MockAnswer } from "./http.js";

/** The two paths by which elements are deleted, from one store. */
const deletions = ["deleteElements", "deleteAdvancedElements"];

/** The task that made the element to be deleted, or the refusal in the recorded words; undefined for another call. */
export function findDeletion(
  { parts, account, trace }: Exchange<"tasks" | "refusals">,
  name: string,
  body: Body,
): { readonly made: TaskRecord } | { readonly refusal: MockAnswer } | undefined {
  if (!deletions.includes(name)) return undefined;
  const id = String(body.element_id);
  const refuse = (reason: string) => ({ refusal: parts.refusals.of("invalid-parameter", { reason }) });
  const made = taskOfResult(id, parts.tasks);
  const isElement = made?.operation === "advancedCustomElements" && made.account === account.name;
  if (!isElement || statusAt(made.plan, trace.at).outcome !== "succeed") return refuse(`Element id not found: ${id}`);
  // On record is the end of the sentence.
  return isDeleted(made.plan) ? refuse(`Element ${id} already be deleted`) : { made };
}
