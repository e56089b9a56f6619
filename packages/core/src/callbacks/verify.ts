import type { Hmac } from "@klingkit/spec/web";
import { type CallbackAddress, isGenuineToken, readCallbackUrl } from "./callback-url.js";
import { readBody } from "./read-body.js";
import type { CallbackRefusal } from "./refusal.js";
import { signatureFault } from "./signature.js";

/** The checks of a callback. A check without keys is not made. */
export interface Checks {
  readonly tokens: readonly Hmac[];
  readonly secrets: readonly Hmac[];
  readonly toleranceMs: number;
  readonly maxBytes: number;
  /** Unix milliseconds. */
  now(): number;
}

/** A callback that passed the checks, before its body is read. */
export interface Verified {
  readonly address: Partial<CallbackAddress>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Checks method, token, size and signature, in this order, so that requests of strangers cost little. */
export async function verify(request: Request, checks: Checks): Promise<Verified | CallbackRefusal> {
  if (request.method !== "POST") return "wrong-method";
  const address = readCallbackUrl(new URL(request.url));
  const refused = checks.tokens.length > 0 ? await tokenFault(address, checks.tokens) : undefined;
  if (refused) return refused;
  const body = await readBody(request, checks.maxBytes);
  if (typeof body === "string") return body;
  if (checks.secrets.length === 0) return { address, body };
  const { secrets: keys, toleranceMs } = checks;
  const fault = await signatureFault({ headers: request.headers, body, keys, now: checks.now(), toleranceMs });
  return fault ?? { address, body };
}

async function tokenFault(
  address: ReturnType<typeof readCallbackUrl>,
  keys: readonly Hmac[],
): Promise<CallbackRefusal | undefined> {
  const { family, external_task_id, token } = address;
  if (token === undefined || family === undefined || external_task_id === undefined) return "missing-token";
  return (await isGenuineToken(token, { family, external_task_id }, keys)) ? undefined : "wrong-token";
}
