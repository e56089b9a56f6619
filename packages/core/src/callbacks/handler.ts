import { parseJson } from "@klingkit/spec/client";
import { contextIn } from "../client-context.js";
import { InputError } from "../errors/index.js";
import { type KeyFilter, withoutKeys } from "../http/without-keys.js";
import { systemClock } from "../lib/clock.js";
import { idOf, isObject } from "../lib/json.js";
import { checkNumbers } from "../lib/settings.js";
import { isTaskId } from "../tasks/handle.js";
import { type AnyTask, asHandle, type WireTask } from "../tasks/task.js";
import type { CallbackHandlerOptions } from "./handler-options.js";
import { tokenKeys, webhookKeys } from "./keys.js";
import { limitConcurrency } from "./limit-concurrency.js";
import { createCallbackMemory } from "./memory.js";
import { type CallbackRefusal, refuse } from "./refusal.js";
import { report } from "./report.js";
import { type Checks, type Verified, verify } from "./verify.js";

/**
 * A platform's context, for platforms that stop work when a request is answered (workerd). `waitUntil` lets work go on.
 */
export interface CallbackHost {
  waitUntil?(work: Promise<unknown>): void;
}

/** Answers one callback with 204, or with a 4xx and its reason. Never throws. */
export type CallbackHandler = (request: Request, host?: CallbackHost) => Promise<Response>;

/**
 * Receives callbacks (webhooks): verifies each one, answers it at once, and then reports it. Repeats, older callbacks,
 * and those after a task's end are accepted but not reported. Callbacks get lost, so also poll: they only make things
 * faster.
 * @throws InputError if neither `token` nor `secret` is given, or one can't be used
 */
export function createCallbackHandler(options: CallbackHandlerOptions): CallbackHandler {
  const { seen = createCallbackMemory(), maxQueries = 8 } = options;
  const checks = readChecks({ ...options, maxQueries });
  const state = { seen, inTurn: limitConcurrency(maxQueries) };
  return async (request, host) => {
    const verified = await verify(request, checks);
    if (typeof verified === "string") return refuse(verified);
    const task = readTask(verified, options);
    // The console's test callback is signed and names no task; it is acknowledged.
    if (task === "not-a-task" && checks.secrets.length > 0) return new Response(null, { status: 204 });
    if (typeof task === "string") return refuse(task);
    const work = report(options, state, task);
    host?.waitUntil?.(work);
    return new Response(null, { status: 204 });
  };
}

/** The checks with their defaults. @throws InputError for a number, a token or a secret that can't be used */
function readChecks(options: CallbackHandlerOptions & { readonly maxQueries: number }): Checks {
  const { toleranceMs = 300_000, maxBytes = 262_144, maxQueries, clock = systemClock } = options;
  const { token = [], secret = [] } = options;
  checkNumbers({ toleranceMs, maxBytes, maxQueries });
  if (maxQueries < 1) throw new InputError("maxQueries is less than 1.", "Give 1 or more, or leave it out.");
  const checks = { tokens: tokenKeys(token), secrets: webhookKeys(secret) };
  if (checks.tokens.length + checks.secrets.length === 0) {
    throw new InputError(
      "A callback handler has neither a token nor a secret, so anybody could call it.",
      "Pass the key that you give to callbackUrl as token, or the provider's secret as secret.",
      "missing-callback-key",
    );
  }
  return { ...checks, toleranceMs, maxBytes, now: () => clock.now() };
}

/** The task a body is about; its own id as in the address, where that names one. */
function readTask({ address, body }: Verified, options: CallbackHandlerOptions): AnyTask | CallbackRefusal {
  const fields = parse(body, contextIn(options.client)?.http.keys ?? { redact: String });
  if (!isObject(fields)) return "not-json";
  const { task_status } = fields;
  const task_id = idOf(fields.task_id);
  if (!isTaskId(task_id) || typeof task_status !== "string") return "not-a-task";
  const family = address.family ?? options.family;
  return family === undefined
    ? "unknown-family"
    : asHandle({ ...(fields as WireTask), task_id }, family, address.external_task_id);
}

function parse(body: Uint8Array<ArrayBuffer>, keys: KeyFilter): unknown {
  try {
    return withoutKeys(parseJson(new TextDecoder("utf-8", { fatal: true }).decode(body)), keys);
  } catch {
    return undefined;
  }
}
