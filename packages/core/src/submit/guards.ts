import { families } from "@klingkit/spec/client";
import { messageOf } from "@klingkit/spec/web";
import type { ClientContext } from "../context.js";
import { InputError, KlingkitError } from "../errors/index.js";
import { rowNamed } from "../lib/names.js";
import type { PaidRequest, Place } from "../ports.js";
import { getOnce } from "../tasks/get.js";
import { localPause } from "../tasks/poll.js";
import { tellGuard } from "../tell-guard.js";
import type { Creation as AnyCreation } from "./creation.js";
import { type Outcome, outcomeOf } from "./outcome.js";

/** The properties of a paid request that guards see. */
type Creation = Pick<AnyCreation<unknown>, "operation" | "body" | "handle" | "signal">;

/** The places that the guards keep for one request, taken together. */
export interface Places {
  /** Resolves when the request may be sent. */
  ready(): Promise<void>;
  /** Tells every guard that an attempt was refused. Never throws. */
  refused(error: KlingkitError): void;
  /** Tells every guard the outcome of the request. Never rejects. */
  settle(outcome: Outcome): Promise<void>;
}

/**
 * Asks every guard, in their order.
 * @returns undefined where the operation costs nothing
 * @throws KlingkitError of the guard that refuses the request; the guards before it are told, and free their places
 */
export async function admit(context: ClientContext, creation: Creation): Promise<Places | undefined> {
  const { operation } = creation;
  if (operation.kind === "call" && operation.isFree) return undefined;
  const places: Place[] = [];
  const all: Places = {
    async ready() {
      try {
        for (const place of places) await place.ready?.();
      } catch (cause) {
        throw guardFailed(cause);
      }
    },
    refused(error) {
      for (const place of places) void tellGuard(context, operation.name, () => place.refused?.(error));
    },
    async settle(outcome) {
      for (const place of places) await tellGuard(context, operation.name, () => place.settle(outcome));
    },
  };
  try {
    for (const guard of context.guards) places.push(await guard.admit(paidRequest(context, creation)));
    return all;
  } catch (cause) {
    const error = guardFailed(cause);
    await all.settle(outcomeOf(error, { handle: creation.handle, isSent: false }));
    throw error;
  }
}

function paidRequest(context: ClientContext, { operation, body, handle, signal }: Creation): PaidRequest {
  const { clock } = context;
  return {
    operation: operation.name,
    kind: operation.kind,
    body,
    handle,
    signal,
    clock,
    get: (task, options) => getOnce(context, rowNamed("family", families, task.family), task, options),
    pollMs: context.isLocal || operation.kind === "call" ? localPause : operation.pollMs[1],
  };
}

function guardFailed(cause: unknown): KlingkitError {
  if (KlingkitError.isInstance(cause)) return cause;
  return new InputError(`A guard failed before anything was sent: ${messageOf(cause)}.`, "Correct the guard.", "guard");
}
