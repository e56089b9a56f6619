import type { TaskRecord, TaskState } from "../ports.js";

const rank: Readonly<Record<TaskState, number>> = { sending: 0, unknown: 1, refused: 2, accepted: 3, ended: 4 };

/**
 * What is known of one intention after `next` has been told of it. Both records have the same key.
 *
 * - A task that is known to exist stays known: `accepted` and `ended` are never taken back, and their task id is never
 *   lost or replaced. A task id that came without proof yields only to one with proof.
 * - The state never goes back: sending < unknown < refused < accepted < ended.
 * - A refusal speaks of its own claim. After it the intention may be claimed again, with a later `claimedAt`; a late word
 *   about the earlier claim then changes nothing, unless it says that the task exists.
 * - News of one claim may come in any order and any number of times.
 *
 * Times are the later ones. A note replaces one that came with an earlier `updatedAt`.
 */
export function mergeRecord(old: TaskRecord, next: TaskRecord): TaskRecord {
  const [base, other] = outweighs(next, old) ? [next, old] : [old, next];
  const isSettled = outweighs(base, other);
  const [later, earlier] = next.updatedAt >= old.updatedAt ? [next, old] : [old, next];
  const task_id = base.task_id ?? other.task_id;
  const digest = base.digest ?? other.digest;
  const sentAt = laterOf(old.sentAt, next.sentAt);
  const note = later.note === undefined ? earlier.note : later.note;
  return {
    ...old,
    ...(task_id === undefined ? {} : { task_id }),
    state: isSettled || rank[base.state] >= rank[other.state] ? base.state : other.state,
    ...(digest === undefined ? {} : { digest }),
    claimedAt: isSettled ? base.claimedAt : Math.max(old.claimedAt, next.claimedAt),
    ...(sentAt === undefined ? {} : { sentAt }),
    until: Math.max(old.until, next.until),
    updatedAt: later.updatedAt,
    ...(note === undefined ? {} : { note }),
  };
}

/** Whether the task is known to exist. */
function exists({ state }: TaskRecord): boolean {
  return state === "accepted" || state === "ended";
}

/** Whether what one record says makes the other's state meaningless, instead of being one step further. */
function outweighs(one: TaskRecord, other: TaskRecord): boolean {
  if (exists(one) !== exists(other)) return exists(one);
  return other.state === "refused" && one.claimedAt > other.claimedAt;
}

function laterOf(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
}
