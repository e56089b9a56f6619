import { AbortedError, KlingkitError, type PartialHandle, SubmitOutcomeUnknownError } from "../errors/index.js";
import type { OperationContext } from "./context.js";
import type { Creation } from "./create.js";
import type { AnyTask } from "./task.js";

/** Has a say before anything is paid for; limiter and budget are made of this. */
export interface Guard {
  /**
   * Of one request that is about to be made.
   * @throws KlingkitError to refuse it
   */
  admit(context: OperationContext, creation: Omit<Creation<unknown>, "read">): Place;
  /** Told of every task that a query has shown. */
  saw?(task: AnyTask): void;
}

/** What a guard keeps for one request until it is known what came of it. */
export interface Place {
  /** Resolves when the request may leave; called before each try. */
  ready?(): Promise<void>;
  /** A try was refused. */
  refused?(error: unknown): void;
  /** The end: what is known of the task that was made, or may have been; undefined where nothing was. */
  settle(made: PartialHandle | undefined): void;
}

/** The places of one request, taken together. */
export interface Admission {
  /** Set with the first try: until then it is certain that nothing was made. */
  isSent: boolean;
  ready(): Promise<void>;
  refused(error: unknown): void;
}

/** Asks every guard, then sends; guards learn what came of it, however it ends. */
export async function admitted<T extends object>(
  context: OperationContext,
  creation: Creation<T>,
  send: (creation: Creation<T>) => Promise<T>,
): Promise<T> {
  const places: Place[] = [];
  let made: PartialHandle | undefined;
  const admission: Admission = {
    isSent: false,
    async ready() {
      for (const place of places) await place.ready?.();
    },
    refused(error) {
      for (const place of places) place.refused?.(error);
    },
  };
  try {
    for (const guard of context.guards) places.push(guard.admit(context, creation));
    const result = await send({ ...creation, admission });
    made = { ...creation.handle, ...("task_id" in result ? { task_id: String(result.task_id) } : {}) };
    return result;
  } catch (error) {
    if (!isCertain(error)) made = { ...creation.handle, ...(error as { handle?: PartialHandle } | undefined)?.handle };
    throw error;
  } finally {
    for (const place of places) place.settle(admission.isSent ? made : undefined);
  }
}

/** Whether the error proves that nothing was made. */
export function isCertain(error: unknown): boolean {
  // What klingkit does not know proves nothing.
  if (!KlingkitError.isInstance(error) || error instanceof SubmitOutcomeUnknownError) return false;
  return !(error instanceof AbortedError) || error.handle === undefined;
}
