import type { Family } from "@klingkit/spec";
import { throwIfAborted } from "../abort.js";
import { KlingkitError, type PartialHandle, RefusedError, SubmitOutcomeUnknownError } from "../errors/index.js";
import type { CallOptions } from "../options.js";
import type { TaskRecord } from "../ports.js";
import { pauseBeforeRetry } from "../retry.js";
import { chooseExternalTaskId } from "../task/external-task-id.js";
import { handleOf, taskIdOf } from "../task/handle.js";
import { admitted, isCertain } from "./admission.js";
import type { OperationContext } from "./context.js";
import { type Creation, checkedBody, create } from "./create.js";
import { lookUpTask } from "./look-up.js";
import { claim, recordOf, remember, rememberTask } from "./remember.js";
import { type AnyTask, readTask, reportStatus } from "./task.js";

/**
 * Creates a task, at most once. The call carries an `external_task_id` that is chosen and remembered before the first
 * byte leaves; it is sent again only when it is certain that no task was made. After an ambiguous failure the task is
 * looked for first.
 * @throws SubmitOutcomeUnknownError where nobody can tell whether a task was made
 * @throws RefusedError, InputError, ConnectionError, AbortedError where it is certain that none was
 */
export async function submit(
  context: OperationContext,
  family: Family,
  given: Readonly<Record<string, unknown>>,
  { signal }: CallOptions,
): Promise<AnyTask> {
  throwIfAborted(signal);
  const body = await checkedBody({ operation: family, body: given }, context);
  const ownId = family.externalTaskId === "no" ? undefined : chooseExternalTaskId(body.external_task_id);
  const creation: Creation<AnyTask> = {
    operation: family,
    body: ownId ? { ...body, external_task_id: ownId } : body,
    handle: handleOf(family.name, { external_task_id: ownId }),
    signal,
    read: (answer) => readTask(answer, family.name, "POST", ownId),
  };
  const task = await admitted(context, creation, (admittedCreation) =>
    ownId ? submitOnce(context, family, admittedCreation, ownId) : create(context, admittedCreation),
  );
  reportStatus(context, task);
  return task;
}

/** Claims the intention, sends it, and remembers what became of it. */
async function submitOnce(
  context: OperationContext,
  family: Family,
  creation: Creation<AnyTask>,
  ownId: string,
): Promise<AnyTask> {
  // What still waits for its turn has not been sent, and must not look like it after a crash.
  await creation.admission?.ready();
  const record = recordOf(context, family, "sending", { external_task_id: ownId });
  const earlier = await claim(context, record);
  if (earlier) return adopt(context, family, earlier, creation.signal);
  try {
    const task = await sendUntilCertain(context, family, creation);
    await remember(context, { ...record, state: "accepted", task_id: task.task_id });
    return task;
  } catch (error) {
    const handle = KlingkitError.isInstance(error) ? error.handle : undefined;
    const state = isCertain(error) ? "refused" : "unknown";
    await remember(context, { ...record, ...(handle?.task_id ? { task_id: handle.task_id } : {}), state });
    throw error;
  }
}

/** Sends; after an ambiguous failure looks for the task, and sends again only where its absence is proven. */
async function sendUntilCertain(
  context: OperationContext,
  family: Family,
  creation: Creation<AnyTask>,
): Promise<AnyTask> {
  const { signal } = creation;
  for (let round = 1; ; round += 1) {
    try {
      return await create(context, creation);
    } catch (thrown) {
      // The first try may still land, whatever a later one ends in: its id must not be forgotten.
      const error = round > 1 && KlingkitError.isInstance(thrown) ? thrown.withHandle(creation.handle) : thrown;
      const exists = KlingkitError.isInstance(error) && error.code === "duplicate-external-task-id";
      if (!exists && !(error instanceof SubmitOutcomeUnknownError)) throw error;
      const handle = { ...creation.handle, ...error.handle };
      const found = await lookUpTask(context, family, handle, signal);
      context.emit({ type: "recovery", ...creation.handle, outcome: typeof found === "string" ? found : "found" });
      if (typeof found === "object") return found;
      if (exists) throw unfindable(error, handle);
      if (found === "unknown") throw error;
      if (round >= context.retry.attempts) throw notCreated(error, handle);
      await pauseBeforeRetry(context, signal, { attempt: round, error });
    }
  }
}

/** Somebody has claimed the same intention before: theirs is the task. */
async function adopt(
  context: OperationContext,
  family: Family,
  earlier: TaskRecord,
  signal: AbortSignal | undefined,
): Promise<AnyTask> {
  const handle = handleOf(family.name, earlier);
  const found = await lookUpTask(context, family, handle, signal);
  if (typeof found === "object") {
    if (earlier.state !== "ended") await rememberTask(context, family, "accepted", found);
    return found;
  }
  throw new SubmitOutcomeUnknownError(
    "This external_task_id is in use: the same task was sent before, or is being sent.",
    {
      remedy: `Look for ${family.name}/${taskIdOf(handle)}, or use another external_task_id for another task.`,
      handle,
      reason: "no-answer",
    },
  );
}

/**
 * The last try failed as well, and the server knows no such task. A request still on its way could land after that, so
 * the advice is to keep the id.
 */
function notCreated(error: KlingkitError, handle: PartialHandle): RefusedError {
  const what = "The task was not created: every try ended without a usable answer, and the server knows no such task.";
  const remedy = "Submit it again later under the same external_task_id, which the server takes only once.";
  return new RefusedError(what, {
    code: "not-created",
    retry: "after-delay",
    remedy,
    status: error.status,
    handle,
    cause: error,
  });
}

function unfindable(error: KlingkitError, handle: PartialHandle): SubmitOutcomeUnknownError {
  return new SubmitOutcomeUnknownError(
    "A task with this external_task_id exists, and the server does not find it by that id.",
    {
      remedy: "Look for it in the provider's console, or use another external_task_id for another task.",
      handle,
      cause: error,
      reason: "exists-but-unfindable",
    },
  );
}
