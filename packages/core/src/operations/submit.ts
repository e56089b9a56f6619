import type { Family } from "@klingkit/spec";
import { AbortedError } from "../errors/index.js";
import type { CallOptions } from "../options.js";
import { chooseExternalTaskId } from "../task/external-task-id.js";
import type { OperationContext } from "./context.js";
import { checkCreation, create } from "./create.js";
import { type AnyTask, readTask, reportStatus } from "./task.js";

/**
 * Creates a task, at most once. The call carries an `external_task_id` chosen before the first byte leaves; it is sent
 * again only after a refusal that proves that no task was made.
 * @throws SubmitOutcomeUnknownError where nobody can tell whether a task was made
 * @throws RefusedError, InputError, ConnectionError, AbortedError where it is certain that none was
 */
export async function submit(
  context: OperationContext,
  family: Family,
  body: Readonly<Record<string, unknown>>,
  { signal }: CallOptions,
): Promise<AnyTask> {
  if (signal?.aborted) throw new AbortedError(signal.reason);
  checkCreation({ operation: family, body }, context);
  const ownId = family.externalTaskId === "no" ? undefined : chooseExternalTaskId(body.external_task_id);
  const task = await create(context, {
    operation: family,
    body: ownId ? { ...body, external_task_id: ownId } : body,
    handle: { family: family.name, ...(ownId ? { external_task_id: ownId } : {}) },
    signal,
    read: (answer) => readTask(answer, family.name, "create", ownId),
  });
  reportStatus(context, task);
  return task;
}
