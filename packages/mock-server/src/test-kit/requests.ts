import type { LoggedRequest } from "../engine/request-log.js";
import { type Expected, fits, show } from "./expected.js";
import { mockOf, mustBeWhole, times, type Verdict, withLog } from "./verdict.js";

/**
 * Selects requests: a route such as `image2video.submit`, or fields of the log. A `body` is compared with the request's
 * text and with its JSON.
 */
export type ExpectedRequest =
  | string
  | (Expected<Omit<LoggedRequest, "body" | "headers">> & {
      readonly headers?: Expected<Readonly<Record<string, string>>>;
      readonly body?: unknown;
    });

/** At least one such request, or exactly as many as are said. */
export function toHaveReceived(received: unknown, expected: ExpectedRequest = {}, count?: number): Verdict {
  const log = mockOf(received).requests;
  const requests = log.list();
  const wanted = typeof expected === "string" ? { route: expected } : expected;
  const seen = requests.filter((request) => fits(wanted, request) || fits(wanted, withJson(request))).length;
  if (seen <= (count ?? 0)) mustBeWhole(log.dropped, "requests", "maxRequests");
  const pass = count === undefined ? seen > 0 : seen === count;
  const what = `a request${show(wanted)}${count === undefined ? "" : ` ${times(count)}`}`;
  const sentence = pass
    ? `Expected not to receive ${what}, but it came ${times(seen)}.`
    : `Expected to receive ${what}, but it ${seen === 0 ? "never came" : `came ${times(seen)}`}.`;
  return { pass, message: () => withLog(sentence, "requests", requests.map(line)) };
}

/** The request with its body read as JSON, where it is that. */
function withJson(request: LoggedRequest): unknown {
  try {
    return { ...request, body: JSON.parse(request.body ?? "") };
  } catch {
    return request;
  }
}

function line({ number, method, path, route, status, preference }: LoggedRequest): string {
  const outcome = status === null ? "no answer" : String(status);
  return `${number}. ${method} ${path} (${route}): ${outcome}${preference === "" ? "" : `, ${preference}`}`;
}
