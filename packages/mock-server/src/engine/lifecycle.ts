/**
 * How a task ends. `word` is the `task_status` of a gateway that has a word of its own for it; `deleted`: its result was
 * deleted by its owner.
 */
export type Ending =
  | { readonly status: "succeed"; readonly word?: string; readonly withoutResult?: true; readonly deleted?: true }
  | { readonly status: "failed"; readonly message: string; readonly word?: string }
  /** The task never ends. */
  | { readonly status: "stuck" };

/**
 * A task's plan: when it starts, and how and when it ends. Fixed when the task is created. Times are Unix milliseconds.
 */
export interface Plan {
  readonly createdAt: number;
  /** When `submitted` turns into the running status. */
  readonly startsAt: number;
  /** When the running status turns into the ending; not reached when stuck. */
  readonly endsAt: number;
  /** The status while the task runs: `processing`, or a word that no client knows. */
  readonly running: string;
  readonly ending: Ending;
  readonly files?: FileTrouble;
}

/** What the addresses of a task's results answer instead of its files. */
export interface FileTrouble {
  readonly status: 403 | 404;
  /** For how long after the task's end, in milliseconds. Default: for ever. */
  readonly forMs?: number;
}

/** A task's state at one time. */
export interface TaskState {
  readonly status: string;
  /** When the last change happened. */
  readonly updatedAt: number;
  readonly ended: boolean;
  /** How it ended, whatever the word for it; undefined while it goes on. */
  readonly outcome?: "succeed" | "failed";
  /** Why it failed; "" otherwise. */
  readonly message: string;
}

/** A task's status at a time: computed, never scheduled. For one plan it only moves forward. */
export function statusAt(plan: Plan, now: number): TaskState {
  if (now < plan.startsAt) return state("submitted", plan.createdAt);
  if (plan.ending.status === "stuck" || now < plan.endsAt) return state(plan.running, plan.startsAt);
  const { status: outcome, word } = plan.ending;
  const message = plan.ending.status === "failed" ? plan.ending.message : "";
  return { status: word ?? outcome, updatedAt: plan.endsAt, ended: true, outcome, message };
}

/** Whether the task's result was deleted. */
export function isDeleted({ ending }: Plan): boolean {
  return ending.status === "succeed" && ending.deleted === true;
}

/** A change of a task's status. */
export interface Change {
  /** When it comes, in Unix milliseconds. */
  readonly at: number;
  readonly state: TaskState;
}

/**
 * All changes of a task's status, in order. Steps that are made by hand or by queries have no time yet and are left
 * out.
 */
export function courseOf(plan: Plan): readonly Change[] {
  const times = [plan.createdAt, plan.startsAt, ...(plan.ending.status === "stuck" ? [] : [plan.endsAt])];
  const changes = times.filter(Number.isFinite).map((at) => ({ at, state: statusAt(plan, at) }));
  return changes.filter(({ state }, index) => state.status !== changes[index + 1]?.state.status);
}

function state(status: string, updatedAt: number): TaskState {
  return { status, updatedAt, ended: false, message: "" };
}
