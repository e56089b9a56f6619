import { KlingkitError } from "@klingkit/core";

/** The answer to the browser after a failure. The error holds no key and no picture, so its message may be shown. */
export function failure(error: unknown): Response {
  if (!KlingkitError.isInstance(error)) throw error;
  const { code, message, retry, name } = error;
  const status = name === "InputError" ? 400 : retry === "after-delay" ? 503 : 502;
  return Response.json({ code, message }, { status });
}
