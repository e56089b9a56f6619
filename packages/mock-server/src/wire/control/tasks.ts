import { readImageHeader } from "@klingkit/spec/image-header";
import { MockProblem } from "../../engine/problem.js";
import { type TaskRecord, unknownTask } from "../../engine/tasks.js";
import type { Engine } from "../../engine.js";
import { jsonAnswer, type MockAnswer } from "../http.js";
import { accountOf, type ControlCall, type ControlHandlers, fieldsOf, limitOf, onlyKnown } from "./handler.js";
import { resultOf, shownTask } from "./shown-task.js";

export const taskHandlers: ControlHandlers = {
  "GET /__mock/tasks": (engine, call) => {
    const before = call.request.query.get("before");
    const account = accountOf(engine, call);
    const tasks = ofAccount(before === null ? engine.tasks.newestFirst() : engine.tasks.before(before), account);
    const count = account === undefined ? engine.tasks.size : [...tasksOf(engine, account)].length;
    return jsonAnswer(200, { tasks: shownTasks(engine, tasks, limitOf(call, 1_000)), count });
  },
  "GET /__mock/tasks/{id}": (engine, call) => {
    const task = taskOf(engine, call);
    return jsonAnswer(200, { ...shownTask(engine, task), task_result: resultOf(engine, task, call.request.origin) });
  },
  "GET /__mock/tasks/{id}/picture": pictureOf,
  "POST /__mock/tasks/{id}/advance": (engine, { id }) => jsonAnswer(200, shownTask(engine, engine.tasks.advance(id))),
  "POST /__mock/tasks/{id}/succeed": (engine, { id }) => jsonAnswer(200, shownTask(engine, engine.tasks.succeed(id))),
  "POST /__mock/tasks/{id}/fail": (engine, call) => {
    const fields = fieldsOf(call);
    onlyKnown(fields, ["message"]);
    const { message = "" } = fields;
    if (typeof message !== "string") throw new MockProblem(400, "invalid-message", "message must be a text.");
    return jsonAnswer(200, shownTask(engine, engine.tasks.fail(call.id, message)));
  },
};

/** Tasks of one account, or all, newest first. */
export function tasksOf({ tasks }: Engine, account: string | undefined): Iterable<TaskRecord> {
  return ofAccount(tasks.newestFirst(), account);
}

function* ofAccount(tasks: Iterable<TaskRecord>, account: string | undefined): Iterable<TaskRecord> {
  for (const task of tasks) if (account === undefined || task.account === account) yield task;
}

/** The first so many. */
export function shownTasks(engine: Engine, tasks: Iterable<TaskRecord>, limit: number): unknown[] {
  const shown: unknown[] = [];
  if (limit === 0) return shown;
  for (const task of tasks) if (shown.push(shownTask(engine, task)) === limit) break;
  return shown;
}

/** The picture that was submitted as base64, where it is still kept. */
function pictureOf(engine: Engine, call: ControlCall): MockAnswer {
  const { id, picture } = taskOf(engine, call);
  const bytes = picture === undefined ? undefined : engine.pictures.get(picture);
  if (!bytes) throw new MockProblem(404, "no-picture", `No picture is kept for task ${id}.`);
  const header = readImageHeader(bytes);
  const type = header.kind === "image" ? `image/${header.format}` : "application/octet-stream";
  return { status: 200, headers: { "content-type": type, "x-content-type-options": "nosniff" }, body: bytes };
}

function taskOf(engine: Engine, { id }: ControlCall): TaskRecord {
  const task = engine.tasks.byId(id);
  if (!task) throw unknownTask(id);
  return task;
}
