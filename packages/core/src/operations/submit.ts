import type { Family } from "@klingkit/spec";
import {
  AbortedError,
  ConnectionError,
  InputError,
  KlingkitError,
  type PartialHandle,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  type UnknownOutcomeReason,
} from "../errors/index.js";
import type { CallOptions } from "../options.js";
import { retrying } from "../retry.js";
import { chooseExternalTaskId } from "../task/external-task-id.js";
import { isObject } from "../transport/interpret.js";
import type { OperationContext } from "./context.js";
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
  options: CallOptions,
): Promise<AnyTask> {
  if (options.signal?.aborted) throw new AbortedError(options.signal.reason);
  if (!isObject(body)) throw new InputError("The body is not an object.", "Give the fields of the request.");
  runPreflight(context, family, body);
  const ownId = family.externalTaskId === "no" ? undefined : chooseExternalTaskId(body.external_task_id);
  const handle: PartialHandle = { family: family.name, ...(ownId ? { external_task_id: ownId } : {}) };
  const { signal } = options;
  const call = {
    method: "POST",
    path: family.path,
    body: toJson(ownId ? { ...body, external_task_id: ownId } : body),
    kind: "create",
    timeoutMs: context.submitTimeoutMs,
    signal,
  } as const;
  const task = await retrying({ ...context, policy: context.retry, signal }, async (attempt) => {
    try {
      return readTask(await context.transport.call({ ...call, attempt }), family.name, "create", ownId);
    } catch (error) {
      throw afterCreate(error, handle);
    }
  });
  reportStatus(context, task);
  return task;
}

function toJson(body: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(body);
  } catch {
    throw new InputError(
      "The body can't be written as JSON.",
      "Leave out cycles and bigints; write long ids as strings.",
    );
  }
}

function runPreflight(context: OperationContext, family: Family, body: unknown): void {
  for (const finding of context.preflight?.(family.name, body, { dialect: context.dialect }) ?? []) {
    if (finding.severity === "refuse") throw new InputError(`${finding.field}: ${finding.message}.`, finding.advice);
    context.emit({ type: "warning", family: family.name, finding });
  }
}

/** An error after a create: certain ones as they are, ambiguous ones as "outcome unknown" with all that is known. */
function afterCreate(error: unknown, intended: PartialHandle): unknown {
  if (error instanceof AbortedError) return new AbortedError(error.cause, intended);
  const reason = ambiguity(error);
  if (reason === undefined || !KlingkitError.isInstance(error)) return error;
  const handle = { ...intended, ...error.handle };
  const id = handle.task_id ?? handle.external_task_id;
  const lookUp = id
    ? `Look for ${handle.family}/${id} before sending it again.`
    : "This call takes no id of your own, so check the provider's console before sending it again.";
  const { status, providerCode, requestId } = error;
  return new SubmitOutcomeUnknownError(
    `The task may have been created and charged: ${error.message.replace(error.remedy, "").trim()}`,
    { remedy: lookUp, status, providerCode, requestId, handle, cause: error },
    reason,
  );
}

function ambiguity(error: unknown): UnknownOutcomeReason | undefined {
  if (error instanceof ConnectionError) return error.neverSent ? undefined : "no-answer";
  if (error instanceof ResponseFormatError) return error.retry === "unknown" ? "unreadable-answer" : undefined;
  return KlingkitError.isInstance(error) && error.retry === "unknown" ? "server-error" : undefined;
}
