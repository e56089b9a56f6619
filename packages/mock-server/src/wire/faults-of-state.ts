import type { TaskRecord } from "../engine/task-record.js";
import type { MockAnswer } from "./http.js";
import type { Preference } from "./preference.js";

/** What is late or missing in what the server knows, while its answers look as they always do. */
export const faultsOfState = {
  "accept-late":
    "The connection is cut at once, and the create is carried out `lag` later. Until then no query finds the task, and the create may still be refused.",
  "lookup-lag":
    "No query and no list finds the task until it is `lag` old. Asked for by a create, it applies to all queries of the task; asked for by a query, to that query.",
  "uniqueness-lag":
    "A create is accepted although its external_task_id exists, if the task with that id is younger than `lag`.",
  "no-uniqueness": "A create is accepted although its external_task_id exists, so that two tasks have the same id.",
  "short-page": "A list has half as many rows a page as were requested.",
} as const;

/** Milliseconds of the simulator's clock, where `lag` does not say otherwise. */
const defaultLag = 3_000;

export function lagOf({ lag }: Preference): number {
  return lag === undefined ? defaultLag : Number(lag);
}

/** From when on a task that is being created is found; undefined for at once. */
export function hiddenUntil(preference: Preference, createdAt: number): number | undefined {
  return preference.fault === "lookup-lag" ? createdAt + lagOf(preference) : undefined;
}

/** Whether a read does not find the task yet. */
export function isHidden({ hiddenUntil = 0, plan }: TaskRecord, preference: Preference, now: number): boolean {
  return now < hiddenUntil || (preference.fault === "lookup-lag" && now < plan.createdAt + lagOf(preference));
}

/** Whether a create with the id of this task is let pass. */
export function overlooks({ plan }: TaskRecord, preference: Preference, now: number): boolean {
  if (preference.fault === "no-uniqueness") return true;
  return preference.fault === "uniqueness-lag" && now < plan.createdAt + lagOf(preference);
}

/** The answer as one about another task: of a list, every row. @param change what becomes of a task's fields */
export function aboutAnother(answer: MockAnswer, change: (task: Fields) => Fields): MockAnswer {
  if (typeof answer.body !== "string" || !answer.body.startsWith("{")) return answer;
  const { data, ...envelope } = JSON.parse(answer.body) as Fields;
  const told = Array.isArray(data) ? data.map((row: Fields) => change(row)) : isFields(data) ? change(data) : data;
  return { ...answer, body: JSON.stringify({ ...envelope, data: told }) };
}

type Fields = Readonly<Record<string, unknown>>;

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}

/** Another id of the same anatomy. */
export function withOtherId(task: Fields): Fields {
  const { task_id: id } = task;
  return typeof id === "string" && /^\d+$/.test(id) ? { ...task, task_id: String(BigInt(id) + 4_194_304n) } : task;
}

/** Another id, and none of the caller's own. */
export function asOtherTask(task: Fields): Fields {
  return { ...withOtherId(task), task_info: {} };
}
