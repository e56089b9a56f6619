import type { AssetAnswer } from "../engine/assets.js";
import type { Trace } from "./exchange.js";
import { isKnownVersion, serveFile } from "./file.js";
import { htmlAnswer, type MockAnswer, type MockRequest, mockError } from "./http.js";
import type { Some } from "./parts.js";
import { complain, isUnknown, readPreference } from "./prefer.js";
import { resultSubject } from "./rule-subject.js";
import { isSpoiltBefore, spoil, steer } from "./steering.js";

/**
 * Answers for a result's address: GET and HEAD, byte ranges, conditional requests, spoilt as the request or a rule says;
 * undefined for other paths.
 */
export function answerResult(
  parts: Some<"assets" | "refusals" | "rules" | "repeats" | "chance">,
  request: MockRequest,
  trace: Trace,
): MockAnswer | Promise<MockAnswer> | undefined {
  const found = parts.assets.find(request.path, request.query);
  if (!found) return undefined;
  trace.route = "result";
  if (found.task) trace.taskId = found.task.id;
  const own = readPreference(request.headers.prefer, []);
  if (isUnknown(own)) return mockError(422, "unknown-preference", complain(own));
  const preference = steer(parts, own, () => resultSubject(request, found.task));
  if (isSpoiltBefore(preference)) return spoil(parts, preference);
  const refusal = preference.code === undefined ? undefined : parts.refusals.byName(preference.code);
  const answer = refusal ?? serveResult(found, request);
  return answer instanceof Promise
    ? answer.then((done) => spoil(parts, preference, done))
    : spoil(parts, preference, answer);
}

/** The same without any steering. */
export function serveResult(found: AssetAnswer, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD" }, body: "" };
  if (found.status !== 200)
    return htmlAnswer(found.status, `<!doctype html><title>${found.status}</title><p>The result is not here.</p>`);
  if (isKnownVersion(request, found)) return { status: 304, headers: { etag: found.tag }, body: "" };
  return found.bytes().then((bytes) => serveFile(bytes, found, request));
}
