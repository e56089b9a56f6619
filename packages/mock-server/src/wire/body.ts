import { parseJson } from "@klingkit/spec";
import type { Engine } from "../engine.js";
import type { MockAnswer, MockRequest } from "./http.js";

export type Body = Readonly<Record<string, unknown>>;

/** The body as an object, or the refusal. */
export type BodyReading = { readonly fields: Body } | { readonly refusal: MockAnswer };

/** Requests of more bytes are refused. */
export const maxBodyBytes = 64 * 1024 * 1024;

/** Reads a JSON object; long integers stay exact. */
export function readBody(engine: Engine, request: MockRequest): BodyReading {
  const { body } = request;
  if (body !== undefined && body.length > maxBodyBytes) {
    return { refusal: engine.refusals.of("too-large", { limit: maxBodyBytes }) };
  }
  try {
    const text = typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body);
    const parsed = parseJson(text);
    if (parsed !== null && typeof parsed === "object" && !Array.isArray(parsed)) return { fields: parsed as Body };
    return { refusal: engine.refusals.of("bad-json", { reason: "not a JSON object" }) };
  } catch {
    return { refusal: engine.refusals.of("bad-json", { reason: "not valid JSON" }) };
  }
}
