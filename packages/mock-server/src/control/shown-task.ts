import { type Family, families } from "@klingkit/spec";
import { courseOf, statusAt } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Some } from "../wire/parts.js";

/** A task with its status now and its course as planned; fields of the wire keep their names. */
export function shownTask({ clock }: Some<"clock">, task: TaskRecord): Readonly<Record<string, unknown>> {
  const { id, operation, account, externalTaskId, plan, request, units, fault } = task;
  const { status, message, updatedAt, ended } = statusAt(plan, clock.now());
  const common = { task_id: id, external_task_id: externalTaskId ?? null, operation, account };
  const progress = { task_status: status, task_status_msg: message, created_at: plan.createdAt, updated_at: updatedAt };
  const course = courseOf(plan).map(({ at, state }) => ({
    at,
    task_status: state.status,
    task_status_msg: state.message,
  }));
  const picture = task.picture !== undefined;
  return { ...common, ...progress, ended, course, units, fault: fault ?? null, picture, request };
}

/** A task's result as its answer shows it; null until there is one, and for calls that answered at once. */
export function resultOf({ envelopes, clock }: Some<"envelopes" | "clock">, task: TaskRecord, origin: string): unknown {
  const family: Family | undefined = families[task.operation as keyof typeof families];
  const state = statusAt(task.plan, clock.now());
  if (!family || state.outcome !== "succeed") return null;
  return envelopes.task(task, envelopes.profile(task.operation, "get"), state, origin).task_result ?? null;
}
