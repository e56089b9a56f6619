import { type Family, listFields } from "@klingkit/spec";
import { isExpired } from "../engine/addresses.js";
import { statusAt } from "../engine/lifecycle.js";
import { planAsScenario } from "../engine/replan.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Exchange } from "./exchange.js";
import { isHidden } from "./faults-of-state.js";
import { type MockAnswer, type MockRequest, wireAnswer } from "./http.js";
import type { Some } from "./parts.js";
import { scenarioOf } from "./scenario-of.js";

/** One task, by its id or the caller's own, in the family it was created in. */
export function queryTask(
  exchange: Exchange<"options" | "tasks" | "refusals" | "events" | "envelopes">,
  family: Family,
  id: string,
): MockAnswer {
  const { parts, account, request, trace } = exchange;
  const isFoundByOwnId = family.findByExternalId && parts.options.externalIdLookup !== false;
  const byOwnId = isFoundByOwnId ? parts.tasks.byExternalId(account.name, id) : undefined;
  const isMeant = (task: TaskRecord) => task.operation === family.name && task.account === account.name;
  const task = [parts.tasks.byId(id), byOwnId].find((found) => found && isMeant(found));
  const now = trace.at;
  if (!task || !isFound(exchange, task)) return parts.refusals.of("unknown-task", { id });
  trace.taskId = task.id;
  const { progress } = parts.options;
  if (typeof progress === "object") parts.tasks.countRead(task, progress.reads, now);
  tellStatus(parts, task, now);
  return wireAnswer(parts.envelopes.one(asSteered(exchange, task), now, request.origin));
}

/** One page of the account's tasks, newest first. */
export function listTasks(exchange: Exchange<"tasks" | "envelopes" | "refusals">, family: Family): MockAnswer {
  const { parts, account, preference, request, trace } = exchange;
  const page = numberOf(request, family, "pageNum");
  const asked = numberOf(request, family, "pageSize");
  if (page === undefined) return refuseNumber(exchange, "pageNum");
  if (asked === undefined) return refuseNumber(exchange, "pageSize");
  const size = preference.fault === "short-page" ? Math.max(1, Math.floor(asked / 2)) : asked;
  const rows = parts.tasks.pageOf(family.name, account.name, (page - 1) * size, size);
  const now = trace.at;
  // Newest first: those that have expired are the last, so no page before them is short.
  const items = rows.filter((task) => isFound(exchange, task)).map((task) => asSteered(exchange, task));
  return wireAnswer(parts.envelopes.page(family.name, items, now, request.origin));
}

type Steering = Pick<Exchange, "preference" | "trace">;

/** Whether a read finds the task: no longer when it has expired, not yet while look-ups lag. */
function isFound({ preference, trace }: Steering, task: TaskRecord): boolean {
  return !isExpired(task, trace.at) && !isHidden(task, preference, trace.at);
}

/** A scenario on a read is for this answer only: the task as it would be then. Its results' addresses lead nowhere. */
function asSteered({ preference, trace }: Steering, task: TaskRecord): TaskRecord {
  const scenario = scenarioOf(preference);
  return scenario ? { ...task, plan: planAsScenario(task.plan, trace.at, scenario) } : task;
}

/** Tells listeners that a status was seen to have changed. */
function tellStatus(parts: Some<"events">, task: TaskRecord, now: number): void {
  if (parts.events.listeners === 0) return;
  const { status } = statusAt(task.plan, now);
  if (task.seen === status) return;
  task.seen = status;
  parts.events.emit("task-observed", { taskId: task.id, status });
}

function refuseNumber({ parts, request }: Exchange<"refusals">, name: string): MockAnswer {
  return parts.refusals.of("invalid-parameter", {
    reason: `${name} value '${request.query.get(name)}' is invalid`,
  });
}

/** A number of the query, by default the contract's; undefined if it is not a whole number within the contract's bounds. */
function numberOf({ query }: MockRequest, { name }: Family, parameter: "pageNum" | "pageSize"): number | undefined {
  const field = listFields[name]?.find((known) => known.name === parameter);
  const { minimum = 1, maximum = 1_000 } = field ?? {};
  const value = Number(query.get(parameter) || field?.default);
  return Number.isInteger(value) && value >= minimum && value <= maximum ? value : undefined;
}
