import type { Task } from "../control/types.js";

/** What a task's life is read off. */
export type Course = Pick<Task, "course" | "created_at">;

/** Where a task stands at a time, read off the course the simulator has planned for it. */
export interface CourseStep {
  readonly status: string;
  readonly message: string;
  /** When this status began, in Unix milliseconds. */
  readonly since: number;
  /** When the next one begins; undefined where none is planned. */
  readonly until: number | undefined;
}

export function stepAt({ course, created_at }: Course, now: number): CourseStep {
  let index = 0;
  while (index + 1 < course.length && (course[index + 1]?.at ?? Number.POSITIVE_INFINITY) <= now) index += 1;
  const change = course[index];
  return {
    status: change?.task_status ?? "submitted",
    message: change?.task_status_msg ?? "",
    since: change?.at ?? created_at,
    until: course[index + 1]?.at,
  };
}

/** How much of the present status is over: 0 to 1; 0 where nobody knows. */
export function progressOf({ since, until }: CourseStep, now: number): number {
  if (until === undefined || until <= since) return 0;
  return Math.min(1, Math.max(0, (now - since) / (until - since)));
}

/** The four kinds of status there is a shape and a colour for. A word nobody knows counts as running. */
export type Phase = "submitted" | "processing" | "succeed" | "failed";

export function phaseOf(status: string): Phase {
  if (status === "succeeded") return "succeed";
  return status === "submitted" || status === "succeed" || status === "failed" ? status : "processing";
}

/** Whether this is the word of a task that changes no more. */
export function isEnding(status: string): boolean {
  const phase = phaseOf(status);
  return phase === "succeed" || phase === "failed";
}

/** How many tasks are in each phase. */
export function countPhases(tasks: readonly Task[], now: number): Readonly<Record<Phase, number>> {
  const counts = { submitted: 0, processing: 0, succeed: 0, failed: 0 };
  for (const task of tasks) counts[phaseOf(stepAt(task, now).status)] += 1;
  return counts;
}
