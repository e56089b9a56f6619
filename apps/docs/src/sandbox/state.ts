import { type Mock, statusAt, type TaskRecord } from "@klingkit/mock-server";
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

function tasksOf(mock: Mock): TaskView[] {
  const now = mock.clock.now();
  const views: TaskView[] = [];
  for (const task of mock.tasks.newestFirst()) {
    if (views.push(viewOf(task, now)) === mostTasks) break;
  }
  return views.reverse();
}

function viewOf({ id, family, plan }: TaskRecord, now: number): TaskView {
  const { status, ended, message } = statusAt(plan, now);
  const progress = [share(plan.createdAt, plan.startsAt, now), share(plan.startsAt, plan.endsAt, now)] as const;
  return { id, family, status, message, ended, progress };
}

function share(from: number, to: number, now: number): number {
  return to <= from ? Number(now >= to) : Math.min(1, Math.max(0, (now - from) / (to - from)));
}

function chargesOf({ ledger }: Mock): ChargeView[] {
  const { duplicates } = ledger;
  return ledger.charges.map(({ taskId, units }) => ({ taskId, units, duplicate: duplicates.has(taskId) }));
}
