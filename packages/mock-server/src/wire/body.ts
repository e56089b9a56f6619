import { parseJson } from "@klingkit/spec";
import { controlPrefix, type MockAnswer, type MockRequest } from "./http.js";
import type { Some } from "./parts.js";

export type Body = Readonly<Record<string, unknown>>;

/** The body as an object, or the refusal. */
export type BodyReading = { readonly fields: Body } | { readonly refusal: MockAnswer };

/** Requests of more bytes are refused. */
export const maxBodyBytes = 64 * 1024 * 1024;

/** Whether a request's body has no limit, so that hosts hand it over in pieces, while it comes: snapshots are as large as they are. */
export function isReadInPieces({ method, path }: Pick<MockRequest, "method" | "path">): boolean {
  return method === "POST" && path === `${controlPrefix}restore`;
}

/** No field of the contract nests deeper than a few; whatever walks through a body may do so by calling itself. */
const maxDepth = 100;

/** `model_name`, where it is a text. */
export function modelOf({ model_name: model }: Body): string {
  return typeof model === "string" ? model : "";
}

/** Reads a JSON object; long integers stay exact. */
export function readBody(parts: Some<"refusals">, request: MockRequest): BodyReading {
  const { body } = request;
  if (body !== undefined && body.length > maxBodyBytes) {
    return { refusal: parts.refusals.of("too-large", { limit: maxBodyBytes }) };
  }
  try {
    const parsed = parseJson(typeof body === "string" ? body : decoder.decode(body));
    if (parsed === null || typeof parsed !== "object" || Array.isArray(parsed))
      return { refusal: parts.refusals.of("bad-json", { reason: "not a JSON object" }) };
    if (isDeeperThan(maxDepth, parsed))
      return { refusal: parts.refusals.of("bad-json", { reason: `nested deeper than ${maxDepth} levels` }) };
    return { fields: parsed as Body };
  } catch (error) {
    const reason = error instanceof TypeError ? "not UTF-8" : "not valid JSON";
    return { refusal: parts.refusals.of("bad-json", { reason }) };
  }
}

/** JSON is UTF-8, without a mark before it: as text of another encoding the caller's words would be other ones. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Walks level by level: a recursive walk would overflow the stack on the very bodies this looks for. */
function isDeeperThan(limit: number, root: object): boolean {
  let level = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth >= limit) return true;
    const next: object[] = [];
    // The names of a list's items would be made one by one.
    for (const parent of level)
      for (const value of Array.isArray(parent) ? parent : Object.values(parent))
        if (value !== null && typeof value === "object") next.push(value);
    level = next;
  }
  return false;
}
