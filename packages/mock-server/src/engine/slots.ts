import { slotKey, slotsOf } from "@klingkit/spec/slots";
import type { Account } from "./account.js";
import { knownFields } from "./known-fields.js";
import { statusAt } from "./lifecycle.js";
import type { TaskRecord } from "./task-record.js";

/** A request, and the name of its operation. */
type Asked = Pick<TaskRecord, "operation" | "request">;

/** The model whose slots a request takes: fields that its operation does not have say nothing. */
export function modelSlots({ operation, request }: Asked): string {
  return slotKey(operation, knownFields(operation, request));
}

/** How many slots, or pictures, a request asks for. */
export function slotCount({ operation, request }: Asked): number {
  return slotsOf(operation, knownFields(operation, request));
}

/** Slots of the model that are taken. */
export function tasksInFlight(account: Account, model: string, now: number): number {
  const running = (account.slots.get(model) ?? []).filter(({ task }) => !statusAt(task.plan, now).ended);
  account.slots.set(model, running);
  return running.reduce((sum, { count }) => sum + count, 0);
}

/** Takes slots until the task ends; a stuck task never gives them back. An account without a limit keeps no count. */
export function occupySlots(account: Account, task: TaskRecord): void {
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return;
  const model = modelSlots(task);
  const slot = { task, count: slotCount(task) };
  const slots = account.slots.get(model);
  if (slots) slots.push(slot);
  else account.slots.set(model, [slot]);
}

/** Counts the slots again from the existing tasks, for an account that has just got a limit. */
export function refillSlots(account: Account, tasks: Iterable<TaskRecord>): void {
  account.slots.clear();
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return;
  for (const task of tasks) if (task.account === account.name) occupySlots(account, task);
}
