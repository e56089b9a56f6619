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
  runPreflight(context, family, body);
  const ownId = family.externalTaskId === "no" ? undefined : chooseExternalTaskId(body.external_task_id);
  const handle: PartialHandle = { family: family.name, ...(ownId ? { external_task_id: ownId } : {}) };
  const wireBody = ownId ? { ...body, external_task_id: ownId } : body;
  const { signal } = options;
  const task = await retrying({ ...context, policy: context.retry, signal }, async (attempt) => {
    try {
      const timeoutMs = context.submitTimeoutMs;
      const answer = await context.transport.call({
        method: "POST",
        path: family.path,
        body: wireBody,
        kind: "create",
        timeoutMs,
        attempt,
        signal,
      });
      return readTask(answer, family.name, "create", ownId);
    } catch (error) {
      throw afterCreate(error, handle);
    }
  });
  reportStatus(context, task);
  return task;
}

function runPreflight(context: OperationContext, family: Family, body: unknown): void {
  for (const finding of context.preflight?.(family.name, body, { dialect: context.dialect }) ?? []) {
    if (finding.severity === "refuse") throw new InputError(`${finding.field}: ${finding.message}.`, finding.advice);
    context.emit({ type: "warning", family: family.name, finding });
  }
}

/** An error after a create: certain ones as they are, ambiguous ones as "outcome unknown" with the handle. */
function afterCreate(error: unknown, handle: PartialHandle): unknown {
  if (error instanceof AbortedError) return new AbortedError(error.cause, handle);
  const reason = ambiguity(error);
  if (reason === undefined || !KlingkitError.isInstance(error)) return error;
  const lookUp = handle.external_task_id
    ? `Look for ${handle.family}/${handle.external_task_id} before sending it again.`
    : "This call takes no id of your own, so check the provider's console before sending it again.";
  const { status, providerCode, requestId } = error;
  return new SubmitOutcomeUnknownError(
    `The task may have been created and charged: ${error.message}`,
    { remedy: lookUp, status, providerCode, requestId, handle, cause: error },
    reason,
  );
}

function ambiguity(error: unknown): UnknownOutcomeReason | undefined {
  if (error instanceof ConnectionError) return error.neverSent ? undefined : "no-answer";
  if (error instanceof ResponseFormatError) return error.retry === "unknown" ? "unreadable-answer" : undefined;
  return KlingkitError.isInstance(error) && error.retry === "unknown" ? "server-error" : undefined;
}
