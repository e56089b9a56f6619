import { slotKey, slotsOf } from "@klingkit/spec/slots";
import type { Account } from "./account.js";
import { fieldOf, knownFields } from "./known-fields.js";
import { statusAt } from "./lifecycle.js";
import type { TaskRecord } from "./task-record.js";

/** A request, and the name of its operation. */
type Asked = Pick<TaskRecord, "operation" | "request">;

/** How many pictures a series of `auto` length has. */
const autoSeries = 4;

/** The model of a request: the one it names, else its operation's default. Operations without models have none. */
export function modelAsked({ operation, request }: Asked): string | undefined {
  const field = fieldOf(operation, "model_name");
  return field && String(request.model_name || field.default);
}

/** The name under which the slots are counted that a request takes. */
export function slotsName(asked: Asked): string {
  return slotKey(asked.operation, { model_name: modelAsked(asked) });
}

/** How many slots a request asks for: fields that its operation does not have say nothing. */
export function slotCount({ operation, request }: Asked): number {
  return slotsOf(operation, knownFields(operation, request));
}

/** Whether a request asks for pictures that belong together. */
export function isSeries({ operation, request }: Asked): boolean {
  return fieldOf(operation, "result_type") !== undefined && request.result_type === "series";
}

/** How many pictures a task makes, each of which takes a slot. How many a series of `auto` length has is decided after the submit. */
export function pictureCount(task: Asked): number {
  return isSeries(task) && task.request.series_amount === "auto" ? autoSeries : slotCount(task);
}

/** Slots of this name that are taken. */
export function tasksInFlight(account: Account, name: string, now: number): number {
  const running = (account.slots.get(name) ?? []).filter(({ task }) => !statusAt(task.plan, now).ended);
  account.slots.set(name, running);
  return running.reduce((sum, { count }) => sum + count, 0);
}

/** Takes slots until the task ends; a stuck task never gives them back. An account without a limit keeps no count. */
export function occupySlots(account: Account, task: TaskRecord): void {
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return;
  const name = slotsName(task);
  const slot = { task, count: pictureCount(task) };
  const slots = account.slots.get(name);
  if (slots) slots.push(slot);
  else account.slots.set(name, [slot]);
}

/** Counts the slots again from the existing tasks, for an account that has just got a limit. */
export function refillSlots(account: Account, tasks: Iterable<TaskRecord>): void {
  account.slots.clear();
  if (account.parallelTasks === Number.POSITIVE_INFINITY) return;
  for (const task of tasks) if (task.account === account.name) occupySlots(account, task);
}
