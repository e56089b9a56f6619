import type { SignatureFault } from "./signature.js";

/** Why a callback is not taken. */
export type CallbackRefusal =
  | SignatureFault
  | "wrong-method"
  | "missing-token"
  | "wrong-token"
  | "unreadable-body"
  | "too-large"
  | "not-json"
  | "not-a-task"
  | "unknown-family";

const answers: Readonly<Record<CallbackRefusal, readonly [status: number, message: string]>> = {
  "wrong-method": [405, "Callbacks are sent with POST."],
  "missing-token": [401, "The address carries no token."],
  "wrong-token": [401, "The token in the address is not this receiver's."],
  "missing-signature": [401, "webhook-id, webhook-timestamp and webhook-signature are needed."],
  "bad-timestamp": [401, "webhook-timestamp is not a number of Unix seconds."],
  "stale-timestamp": [401, "webhook-timestamp is too far from this receiver's time."],
  "wrong-signature": [401, "No signature fits the body and this receiver's secrets."],
  "unreadable-body": [400, "The body could not be read to its end."],
  "too-large": [413, "The body is larger than a callback can be."],
  "not-json": [400, "The body is not a JSON object."],
  "not-a-task": [400, "The body holds no task_id and task_status."],
  "unknown-family": [400, "Neither the address nor this receiver says which family the task belongs to."],
};

/** A 4xx with the one reason. */
export function refuse(code: CallbackRefusal): Response {
  const [status, message] = answers[code];
  return Response.json({ error: { code, message } }, { status, headers: status === 405 ? { allow: "POST" } : {} });
}
