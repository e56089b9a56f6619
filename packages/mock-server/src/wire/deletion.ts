import { taskOfResult } from "../engine/result-items.js";
import type { TaskRecord } from "../engine/tasks.js";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import type { MockAnswer } from "./http.js";

/** The two paths by which elements are deleted, from one store. */
const deletions = ["deleteElements", "deleteAdvancedElements"];

/** A deletion of an element that is not the account's, or no more, in the recorded words. */
export function refuseDeletion(exchange: Exchange, name: string, { element_id }: Body): MockAnswer | undefined {
  if (!deletions.includes(name)) return undefined;
  const { engine } = exchange;
  const id = String(element_id);
  const refuse = (reason: string) => engine.refusals.of("invalid-parameter", { reason });
  if (!/^\d{1,20}$/.test(id)) return refuse(`Invalid element id: ${id}`);
  const made = taskOfResult(id, tasksOf(exchange, "advancedCustomElements"));
  if (!made) return refuse(`Element id not found: ${id}`);
  // On record is the end of the sentence.
  return isDeleted(exchange, id) ? refuse(`Element ${id} already be deleted`) : undefined;
}

function isDeleted(exchange: Exchange, id: string): boolean {
  return deletions.some((name) => tasksOf(exchange, name).some(({ request }) => String(request.element_id) === id));
}

/** The account's tasks of one operation, newest first. */
function tasksOf({ engine, account }: Exchange, name: string): readonly TaskRecord[] {
  return engine.tasks.pageOf(name, account.name, 0, Number.MAX_SAFE_INTEGER);
}
