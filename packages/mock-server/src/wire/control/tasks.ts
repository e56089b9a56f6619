import { statusAt } from "../../engine/lifecycle.js";
import { MockProblem } from "../../engine/problem.js";
import type { TaskRecord } from "../../engine/tasks.js";
import type { Engine } from "../../engine.js";
import { jsonAnswer } from "../http.js";
import { type ControlHandlers, fieldsOf, limitOf, onlyKnown } from "./handler.js";

export const taskHandlers: ControlHandlers = {
  "GET /__mock/tasks": (engine, call) => jsonAnswer(200, { tasks: tasksOf(engine, limitOf(call, 1_000)) }),
  "GET /__mock/tasks/{id}": (engine, { id }) => {
    const task = engine.tasks.byId(id);
    if (!task) throw new MockProblem(404, "unknown-task", `There is no task ${id}.`);
    return jsonAnswer(200, shownTask(engine, task));
  },
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

/** The newest tasks, at most so many. */
export function tasksOf(engine: Engine, limit: number): unknown[] {
  const tasks: unknown[] = [];
  for (const task of engine.tasks.newestFirst()) {
    if (tasks.length >= limit) break;
    tasks.push(shownTask(engine, task));
  }
  return tasks;
}

/** A task with its status now; fields of the wire keep their names. */
function shownTask({ clock }: Engine, task: TaskRecord): unknown {
  const { id, family, account, externalTaskId, plan, request, units, fault } = task;
  const { status, message, updatedAt, ended } = statusAt(plan, clock.now());
  const common = { task_id: id, external_task_id: externalTaskId ?? null, family, account };
  const progress = { task_status: status, task_status_msg: message, created_at: plan.createdAt, updated_at: updatedAt };
  return { ...common, ...progress, ended, units, fault: fault ?? null, request };
}
