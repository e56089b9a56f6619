import type { Family, Operation } from "@klingkit/spec";
import type { ClientContext } from "../context.js";
import { AbortedError, InputError, type PartialHandle, RefusedError } from "../errors/index.js";
import type { Exchange } from "../http/http.js";
import { answerOf } from "../http/judge.js";
import { checkInputs } from "../inputs/check-inputs.js";
import { toHex } from "../lib/hex.js";
import { copyOf, isObject, textOf } from "../lib/json.js";
import type { CallOptions } from "../options.js";
import { isTaskId } from "../tasks/handle.js";
import { type AnyTask, readTask } from "../tasks/task.js";
import { find, settlingTime } from "./find.js";
import { Intention } from "./intentions.js";
import type { Outcome, Unknown } from "./outcome.js";

/** A paid request that is about to be sent: a task's create, or a call that answers at once. */
export interface Creation<Result> {
  readonly operation: Operation;
  /** The checked body, as it will be sent. */
  readonly body: Readonly<Record<string, unknown>>;
  /** What is known of the task before it exists. */
  readonly handle: PartialHandle;
  readonly signal: AbortSignal | undefined;
  /** How often it is sent at most. */
  readonly attempts: number;
  /** Absent if the request has no own id, so that it can't be recorded or looked up. */
  readonly intention?: Intention | undefined;
  /** Sends it once. */
  readonly send: (exchange: Exchange) => Promise<{ readonly result: Result; readonly handle: PartialHandle }>;
  /** Finds out the outcome of an attempt whose outcome is unknown. */
  readonly resolve?: (unknown: Unknown) => Promise<Outcome<Result>>;
}

/**
 * A family's create, checked and ready to be sent.
 * @throws InputError
 */
export async function createOf(
  context: ClientContext,
  family: Family,
  given: Readonly<Record<string, unknown>>,
  { signal, note }: CallOptions,
): Promise<Creation<AnyTask>> {
  const checked = await checkedBody(context, family, given);
  const takesId = family.externalTaskId !== "no";
  const ownId = takesId ? ownIdIn(checked) : undefined;
  const ids = takesId ? { external_task_id: ownId ?? mintOwnId() } : undefined;
  const body: Creation<AnyTask>["body"] = { ...checked, ...ids };
  const handle = { family: family.name, ...ids };
  const intention = ids
    ? new Intention(context, {
        family: family.name,
        ...ids,
        // An own id that was minted here belongs to this request alone.
        digest: ownId === undefined ? undefined : await context.digestOf(checked),
        isShared: ownId !== undefined,
        note,
      })
    : undefined;
  return {
    operation: family,
    signal,
    attempts: context.retry.attempts,
    body,
    handle,
    intention,
    async send(exchange) {
      const { response } = await context.http.exchange(exchange, (client, pipe) =>
        client.POST(family.path, { body, ...pipe }),
      );
      const { dialect } = context;
      const reference = { external_task_id: textOf(body.external_task_id) };
      const expected = { family: family.name, method: "POST", dialect, reference } as const;
      const result = readTask(answerOf(response), expected);
      return { result, handle: { ...handle, task_id: result.task_id } };
    },
    resolve: (unknown) => findOut(context, family, { unknown, signal, intention }),
  };
}

/** Finds out the outcome of a create, by looking for its task. */
async function findOut(
  context: ClientContext,
  family: Family,
  { unknown, signal, intention }: Pick<Creation<AnyTask>, "signal" | "intention"> & { readonly unknown: Unknown },
): Promise<Outcome<AnyTask>> {
  // After an abort no more requests are sent.
  if (unknown.reason === "aborted") return unknown;
  const { handle } = unknown;
  const exists = unknown.reason === "exists-but-unfindable";
  const settleMs = settlingTime(context, unknown.error);
  try {
    // The store keeps others from declaring the task absent meanwhile. A store that fails now does not end the search.
    const onLook = async () => intention?.renew().catch(() => {});
    const found = await find(context, { family, handle, signal, exists, settleMs, onLook });
    if (found.task) return { kind: "made", result: found.task, handle: { ...handle, task_id: found.task.task_id } };
    return found.isAbsent ? { kind: "refused", error: notCreated(unknown), mayRepeat: true } : unknown;
  } catch (error) {
    return error instanceof AbortedError ? { ...unknown, reason: "aborted", error } : unknown;
  }
}

/**
 * Every look-up says that there is no such task. A request that is still on its way could arrive later, so the advice
 * is to keep the id.
 */
function notCreated({ error, handle }: Unknown): RefusedError {
  const what = "The task was not created: every try ended without a usable answer, and the server knows no such task.";
  const remedy = "Submit it again later under the same external_task_id, which the server takes only once.";
  const { status } = error;
  return new RefusedError(what, { code: "not-created", retry: "after-delay", remedy, status, handle, cause: error });
}

/**
 * Prepares a paid request and checks it before it is sent: it must be an object, its inputs must be readable, it must
 * pass the pre-flight check, and the gateway must serve the operation.
 * @returns the body as it will be sent
 * @throws InputError
 */
export async function checkedBody(
  context: ClientContext,
  { name, gatewayStatus }: Pick<Operation, "name" | "gatewayStatus">,
  given: unknown,
): Promise<Creation<unknown>["body"]> {
  if (!isObject(given)) throw new InputError("The body is not an object.", "Give the fields of the request.");
  // Copied before anything is awaited: a caller may use one object for many requests.
  const asGiven = { ...(copyOf(given, undefined, 8) as typeof given) };
  const body = context.prepare ? await context.prepare(name, asGiven) : asGiven;
  checkInputs(body);
  const { dialect, baseUrl, isLocal } = context;
  const findings = context.preflight?.(name, body, { dialect, baseUrl, isLocal }) ?? [];
  for (const finding of findings) {
    if (finding.severity === "refuse") throw new InputError(`${finding.field}: ${finding.message}.`, finding.advice);
    context.emit({ type: "warning", operation: name, finding });
  }
  if (dialect === "cometapi" && gatewayStatus !== "live") {
    context.emit({ type: "gateway-status", operation: name, gatewayStatus });
  }
  return body;
}

/** A new id for one intention: `kk-` and 32 hexadecimal digits. */
function mintOwnId(): string {
  // Pages that come over plain http have no `crypto.randomUUID`.
  return `kk-${toHex(crypto.getRandomValues(new Uint8Array(16)))}`;
}

/**
 * The caller's own id for the task; undefined where the body does not name one.
 * @throws InputError when it is not 1 to 64 letters, digits, `_` or `-` (klingkit's choice; the provider's limits are not on record)
 */
export function ownIdIn({ external_task_id: own }: Readonly<Record<string, unknown>>): string | undefined {
  if (own === undefined || own === null || own === "") return undefined;
  if (isTaskId(own)) return own;
  throw new InputError("external_task_id is not usable.", "Use 1 to 64 letters, digits, _ or -.");
}
