import type { TaskHandle } from "@klingkit/spec";
import { parseJson } from "@klingkit/spec/client";
import type { KlingClient } from "../client.js";
import { contextIn } from "../client-context.js";
import { InputError } from "../errors/index.js";
import { type Redact, withoutKeys } from "../http/without-keys.js";
import { systemClock } from "../lib/clock.js";
import { idOf, isObject } from "../lib/json.js";
import { checkNumbers } from "../lib/settings.js";
import type { Clock } from "../ports.js";
import { isTaskId } from "../tasks/handle.js";
import type { WireTask } from "../tasks/read-task.js";
import { type AnyTask, asHandle } from "../tasks/task.js";
import { type Keys, tokenKeys, webhookKeys } from "./keys.js";
import { type CallbackMemory, createCallbackMemory } from "./memory.js";
import { type CallbackRefusal, refuse } from "./refusal.js";
import { report } from "./report.js";
import { createTurns } from "./turns.js";
import { type Checks, type Verified, verify } from "./verify.js";

/** What is known about a report besides the task. */
export interface CallbackReport {
  readonly handle: TaskHandle;
  /** Whether the task was asked for and this is the answer; else it is what the callback says, perhaps with an upstream's id. */
  readonly confirmed: boolean;
}

export interface CallbackHandlerOptions {
  /** Asked before a task is reported as ended. Without one, ends are reported as the callback tells them. */
  readonly client?: Pick<KlingClient, "family">;
  /** The key `callbackUrl` was given; several while it is being changed. Then every address needs a token. */
  readonly token?: Keys;
  /** The provider's `whsec_…`; several while it is being rotated. Then every callback needs a signature. */
  readonly secret?: Keys;
  /** Family of tasks whose address names none. */
  readonly family?: string;
  /** Told of each new status, an end once. May be asynchronous: the callback has been answered by then. */
  readonly onTask: (task: AnyTask, report: CallbackReport) => unknown;
  /** Told when a callback was taken and could not be reported: the question failed, or `onTask` did. Default: nobody. */
  readonly onError?: (error: unknown, task: AnyTask) => void;
  /** How far a signature's time may be off, both ways, in milliseconds. Default 300 000. */
  readonly toleranceMs?: number;
  /** Larger bodies are refused, in bytes. Default 262 144. */
  readonly maxBytes?: number;
  /** Ended tasks that are asked for at a time, 1 or more; in a burst of callbacks the others wait. Default 8. */
  readonly maxQueries?: number;
  /** What has been reported. Default: `createCallbackMemory()`. */
  readonly seen?: CallbackMemory;
  /** Time. Default: the system's. */
  readonly clock?: Pick<Clock, "now">;
}

/** Where a platform ends a request's work with its answer, as workerd does: its own way to go on. */
export interface CallbackHost {
  waitUntil?(work: Promise<unknown>): void;
}

/** Answers one callback, 204 or a 4xx with its reason. Never throws. */
export type CallbackHandler = (request: Request, host?: CallbackHost) => Promise<Response>;

/**
 * Receives callbacks: verifies, answers at once, then reports. Repeats, stale order and whatever comes after a task's
 * end are taken and not reported. Callbacks get lost, so keep polling: they only make it faster.
 * @throws InputError where neither `token` nor `secret` is given, or one can't be used
 */
export function createCallbackHandler(options: CallbackHandlerOptions): CallbackHandler {
  const checks = readChecks(options);
  const state = { seen: options.seen ?? createCallbackMemory(), turns: createTurns(options.maxQueries ?? 8) };
  return async (request, host) => {
    const verified = await verify(request, checks);
    if (typeof verified === "string") return refuse(verified);
    const task = readTask(verified, options);
    // The console's own test callback is of the new generation: signed, and about no task of this one.
    if (task === "not-a-task" && checks.secrets.length > 0) return new Response(null, { status: 204 });
    if (typeof task === "string") return refuse(task);
    const work = report(options, state, task);
    host?.waitUntil?.(work);
    return new Response(null, { status: 204 });
  };
}

function readChecks(options: CallbackHandlerOptions): Checks {
  const { toleranceMs, maxBytes, maxQueries = 8, token = [], secret = [], clock = systemClock } = options;
  checkNumbers({ toleranceMs, maxBytes, maxQueries });
  if (maxQueries < 1) throw new InputError("maxQueries is less than 1.", "Give 1 or more, or leave it out.");
  const checks = { tokens: tokenKeys(token), secrets: webhookKeys(secret) };
  if (checks.tokens.length + checks.secrets.length === 0) {
    throw new InputError(
      "A callback handler without token or secret would believe anyone.",
      "Give the key that callbackUrl was given as token, or the provider's secret.",
      "missing-callback-key",
    );
  }
  return { ...checks, toleranceMs: toleranceMs ?? 300_000, maxBytes: maxBytes ?? 262_144, now: () => clock.now() };
}

/** The task a body is about; its own id as in the address, where that names one. */
function readTask({ address, body }: Verified, options: CallbackHandlerOptions): AnyTask | CallbackRefusal {
  const fields = parse(body, contextIn(options.client)?.http.redact ?? String);
  if (!isObject(fields)) return "not-json";
  const { task_status } = fields;
  const task_id = idOf(fields.task_id);
  if (task_id === undefined || !isTaskId(task_id) || typeof task_status !== "string") return "not-a-task";
  const family = address.family ?? options.family;
  return family === undefined
    ? "unknown-family"
    : asHandle({ ...(fields as WireTask), task_id }, family, address.external_task_id);
}

function parse(body: Uint8Array<ArrayBuffer>, redact: Redact): unknown {
  try {
    return withoutKeys(parseJson(new TextDecoder("utf-8", { fatal: true }).decode(body)), redact);
  } catch {
    return undefined;
  }
}
