import type { Operation } from "@klingkit/spec";
import {
  ConnectionError,
  InputError,
  KlingkitError,
  type PartialHandle,
  ResponseFormatError,
  SubmitOutcomeUnknownError,
  type UnknownOutcomeReason,
} from "../errors/index.js";
import { checkInputs } from "../inputs/check-inputs.js";
import { isObject } from "../json.js";
import { retrying } from "../retry.js";
import type { Answer } from "../transport/judge.js";
import type { Admission } from "./admission.js";
import type { OperationContext } from "./context.js";

/** Something that is paid for: a task's create, or a call that answers at once. */
export interface Creation<T> {
  /** The operation's row in the contract's tables. */
  readonly operation: Operation;
  readonly body: Readonly<Record<string, unknown>>;
  /** What is known of the task before it exists. */
  readonly handle: PartialHandle;
  readonly signal: AbortSignal | undefined;
  /** Asked before each try, told of refusals. */
  readonly admission?: Admission;
  /** Makes something of the answer; an error it throws counts as the answer's. */
  read(answer: Answer): T;
}

/**
 * Makes a paid request ready and checks it before anything is sent: an object, its inputs read, fit for the pre-flight
 * check, served by the gateway.
 * @returns the body as it will be sent
 * @throws InputError
 */
export async function checkedBody(
  { operation, body: given }: Pick<Creation<unknown>, "operation" | "body">,
  context: OperationContext,
): Promise<Creation<unknown>["body"]> {
  if (!isObject(given)) throw new InputError("The body is not an object.", "Give the fields of the request.");
  const { name, gatewayStatus } = operation;
  const body = context.prepare ? await context.prepare(name, given) : given;
  checkInputs(body);
  const findings = context.preflight?.(name, body, { dialect: context.dialect }) ?? [];
  for (const finding of findings) {
    if (finding.severity === "refuse") throw new InputError(`${finding.field}: ${finding.message}.`, finding.advice);
    context.emit({ type: "warning", operation: name, finding });
  }
  if (context.dialect === "cometapi" && gatewayStatus !== "live") {
    context.emit({ type: "gateway-status", operation: name, gatewayStatus });
  }
  return body;
}

/**
 * Sends a paid request, and again only after a refusal that proves that nothing was made.
 * @throws SubmitOutcomeUnknownError where nobody can tell whether it was carried out
 */
export async function create<T>(context: OperationContext, creation: Creation<T>): Promise<T> {
  const { operation, handle, signal } = creation;
  const call = {
    method: "POST",
    path: operation.path,
    body: toJson(creation.body),
    timeoutMs: context.submitTimeoutMs,
    signal,
    handle,
  } as const;
  return retrying(context, signal, async (attempt) => {
    await creation.admission?.ready();
    if (creation.admission) creation.admission.isSent = true;
    try {
      return creation.read(await context.transport.call({ ...call, attempt }));
    } catch (error) {
      creation.admission?.refused(error);
      throw afterCreate(error, handle);
    }
  });
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

/** An error after a create: certain ones as they are, ambiguous ones as "outcome unknown" with all that is known. */
function afterCreate(error: unknown, intended: PartialHandle): unknown {
  const reason = ambiguity(error);
  if (reason === undefined || !KlingkitError.isInstance(error)) return error;
  const handle = { ...intended, ...error.handle };
  const id = handle.task_id ?? handle.external_task_id;
  const lookUp = id
    ? `Look for ${handle.family}/${id} before sending it again.`
    : "This call takes no id of your own, so check the provider's console before sending it again.";
  return new SubmitOutcomeUnknownError(
    `The task may have been created and charged: ${error.message.replace(error.remedy, "").trim()}`,
    { remedy: lookUp, handle, cause: error, reason },
  );
}

function ambiguity(error: unknown): UnknownOutcomeReason | undefined {
  if (error instanceof ConnectionError) return error.neverSent ? undefined : "no-answer";
  if (error instanceof ResponseFormatError) return error.retry === "unknown" ? "unreadable-answer" : undefined;
  return KlingkitError.isInstance(error) && error.retry === "unknown" ? "server-error" : undefined;
}
