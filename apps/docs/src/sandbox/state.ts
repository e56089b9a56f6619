import { courseOf, type Mock, type TaskRecord } from "@klingkit/mock-server";
import type { ChargeView, StateView, TaskView } from "../live/protocol.js";

const mostTasks = 50;

/** What the simulators hold, for the strip and the ledger. */
export function stateOf({ mocks, startedAt }: { mocks: readonly Mock[]; startedAt: number }): StateView {
  const [first] = mocks;
  return {
    tasks: mocks.flatMap(tasksOf),
    charges: mocks.flatMap(chargesOf),
    frozen: first?.clock.frozen ?? false,
    elapsedMs: first ? first.clock.now() - startedAt : 0,
  };
}

/** Whether nothing more is planned for a task. */
export function hasEnded({ course, now }: TaskView): boolean {
  return course.every(({ at }) => at <= now);
}

function tasksOf(mock: Mock): TaskView[] {
  const now = mock.clock.now();
  const views: TaskView[] = [];
  for (const task of mock.tasks.newestFirst()) {
    if (views.push(viewOf(task, now)) === mostTasks) break;
  }
  return views.reverse();
}

function viewOf({ id, operation, plan }: TaskRecord, now: number): TaskView {
  const course = courseOf(plan).map(({ at, state: { status, message } }) => {
    return { at, task_status: status, task_status_msg: message };
  });
  return { id, operation, course, created_at: plan.createdAt, now };
}

function chargesOf({ ledger }: Mock): ChargeView[] {
  const { duplicates } = ledger;
  return ledger.charges.map(({ taskId, units, usd, state }) => ({
    taskId,
    units,
    usd,
    state,
    duplicateOf: duplicates.get(taskId) ?? null,
  }));
}
