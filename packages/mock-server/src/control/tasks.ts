import { readImageHeader } from "@klingkit/spec/image-header";
import { MockProblem } from "../engine/problem.js";
import type { TaskRecord } from "../engine/task-record.js";
import { unknownTask } from "../engine/tasks.js";
import { jsonAnswer, type MockAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { accountOf, type ControlCall, type ControlHandlers, fieldsOf, limitOf, onlyKnown } from "./handler.js";
import { resultOf, shownTask } from "./shown-task.js";

export const taskHandlers: ControlHandlers = {
  "GET /__mock/tasks": (parts, call) => {
    const before = call.request.query.get("before");
    const account = accountOf(parts, call);
    const tasks = ofAccount(before === null ? parts.tasks.newestFirst() : parts.tasks.before(before), account);
    const count = account === undefined ? parts.tasks.size : [...tasksOf(parts, account)].length;
    return jsonAnswer(200, { tasks: shownTasks(parts, tasks, limitOf(call, 1_000)), count });
  },
  "GET /__mock/tasks/{id}": (parts, call) => {
    const task = taskOf(parts, call);
    return jsonAnswer(200, { ...shownTask(parts, task), task_result: resultOf(parts, task, call.request.origin) });
  },
  "GET /__mock/tasks/{id}/picture": pictureOf,
  "POST /__mock/tasks/{id}/advance": (parts, call) => {
    onlyKnown(fieldsOf(call), []);
    return jsonAnswer(200, shownTask(parts, parts.tasks.advance(call.id)));
  },
  "POST /__mock/tasks/{id}/succeed": (parts, call) => {
    onlyKnown(fieldsOf(call), []);
    return jsonAnswer(200, shownTask(parts, parts.tasks.succeed(call.id)));
  },
  "POST /__mock/tasks/{id}/fail": (parts, call) => {
    const fields = fieldsOf(call);
    onlyKnown(fields, ["message"]);
    const { message = "" } = fields;
    if (typeof message !== "string")
      throw new MockProblem(400, "invalid-message", "message must be a text: the task_status_msg of the failed task.");
    return jsonAnswer(200, shownTask(parts, parts.tasks.fail(call.id, message)));
  },
};

/** Tasks of one account, or all, newest first. */
export function tasksOf({ tasks }: Some<"tasks">, account: string | undefined): Iterable<TaskRecord> {
  return ofAccount(tasks.newestFirst(), account);
}

function* ofAccount(tasks: Iterable<TaskRecord>, account: string | undefined): Iterable<TaskRecord> {
  for (const task of tasks) if (account === undefined || task.account === account) yield task;
}

/** The first `limit` of the tasks, as answers show them. */
export function shownTasks(parts: Some<"clock">, tasks: Iterable<TaskRecord>, limit: number): unknown[] {
  const shown: unknown[] = [];
  if (limit === 0) return shown;
  for (const task of tasks) if (shown.push(shownTask(parts, task)) === limit) break;
  return shown;
}

/** The picture that was submitted as base64, where it is still kept. */
function pictureOf(parts: Some<"tasks" | "pictures">, call: ControlCall): MockAnswer {
  const { id, picture } = taskOf(parts, call);
  const bytes = picture === undefined ? undefined : parts.pictures.get(picture);
  if (!bytes)
    throw new MockProblem(
      404,
      "no-picture",
      `No picture is kept for task ${id}: its request held none as base64, or the picture had to make room (maxPictureBytes).`,
    );
  const header = readImageHeader(bytes);
  const type = header.kind === "image" ? `image/${header.format}` : "application/octet-stream";
  return { status: 200, headers: { "content-type": type, "x-content-type-options": "nosniff" }, body: bytes };
}

function taskOf(parts: Some<"tasks">, { id }: ControlCall): TaskRecord {
  const task = parts.tasks.byId(id);
  if (!task) throw unknownTask(id);
  return task;
}
