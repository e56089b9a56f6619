import type { Account } from "../engine/account.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Body } from "./body.js";
import type { MockRequest } from "./http.js";
import type { Some } from "./parts.js";
import { type Route, routeName, verbOf } from "./route.js";
import type { RuleSubject } from "./rule-match.js";

/** The parts of a request that rules look at. */
interface ReadRequest {
  readonly request: MockRequest;
  readonly route: Route | undefined;
  readonly fields: Body;
  readonly account: Account | undefined;
}

/** The request as rules see it: a read has the model and the ids of the task it is about. */
export function ruleSubjectOf(parts: Some<"tasks">, { request, route, fields, account }: ReadRequest): RuleSubject {
  const task = account && route?.kind === "task" ? parts.tasks.find(account.name, route.id) : undefined;
  return {
    method: request.method,
    path: request.path,
    operation: route && routeName(route),
    verb: route && verbOf(route, request.method),
    account: account?.name,
    model: textOf(fields.model_name ?? task?.request.model_name),
    external_task_id: textOf(fields.external_task_id) ?? task?.externalTaskId,
    task_id: idOf(route, task),
  };
}

/** A request for a file of a task's results, as rules see it. */
export function resultSubject({ method, path }: MockRequest, task: TaskRecord | undefined): RuleSubject {
  return {
    method,
    path,
    operation: task?.operation,
    verb: "result",
    account: task?.account,
    model: textOf(task?.request.model_name),
    external_task_id: task?.externalTaskId,
    task_id: task?.id,
  };
}

function idOf(route: Route | undefined, task: TaskRecord | undefined): string | undefined {
  return task?.id ?? (route?.kind === "task" ? route.id : undefined);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
