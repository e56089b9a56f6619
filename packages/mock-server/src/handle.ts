import { answerControl } from "./control/index.js";
import { resultPrefix } from "./engine/addresses.js";
import { cutText, redactHeaders, redactQuery, shortenBody } from "./engine/redact.js";
import type { LoggedAnswer } from "./engine/request-log.js";
import { answerApi } from "./wire/api.js";
import { authorise } from "./wire/authorise.js";
import { preflightAnswer, withCors } from "./wire/cors.js";
import type { Trace } from "./wire/exchange.js";
import { controlPrefix, type MockAnswer, type MockRequest } from "./wire/http.js";
import type { Parts, Some } from "./wire/parts.js";
import { answerResult } from "./wire/result.js";

/** Whether the simulator has an answer of its own for the path; hosts may pass others on. */
export function knowsPath(parts: Some<"routes">, path: string): boolean {
  return path.startsWith(controlPrefix) || path.startsWith(resultPrefix) || parts.routes.covers(path);
}

/** Answers any request and logs it. A promise only where a result has to be rendered or a token checked. */
export function handleRequest(parts: Parts, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  return parts.clock.atOneMoment(() => handleNow(parts, request));
}

function handleNow(parts: Parts, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (request.path.startsWith(controlPrefix)) return answerControl(parts, request);
  const trace: Trace = { at: parts.clock.now(), route: "unknown", remarks: {} };
  const answer = answerCaller(parts, request, trace);
  return answer instanceof Promise
    ? answer.then((done) => logged(parts, request, trace, done))
    : logged(parts, request, trace, answer);
}

function answerCaller(parts: Parts, request: MockRequest, trace: Trace): MockAnswer | Promise<MockAnswer> {
  const { origin } = request.headers;
  const refused = parts.access.refusePage(origin);
  if (refused) return refused;
  if (request.method === "OPTIONS") {
    trace.route = "preflight";
    return preflightAnswer(request);
  }
  const answer = answerAsked(parts, request, trace);
  if (origin === undefined) return answer;
  return answer instanceof Promise ? answer.then((done) => withCors(done, origin)) : withCors(answer, origin);
}

function answerAsked(parts: Parts, request: MockRequest, trace: Trace): MockAnswer | Promise<MockAnswer> {
  const result = answerResult(parts, request, trace);
  if (result) return result;
  const authorisation = authorise(request.headers.authorization, parts.keyRules, trace.at);
  return authorisation instanceof Promise
    ? authorisation.then((known) => answerApi(parts, { request, trace, authorisation: known }))
    : answerApi(parts, { request, trace, authorisation });
}

function loggedAnswer({ headers, body, reset, refused }: MockAnswer): LoggedAnswer | null {
  if (reset || refused) return null;
  return { headers, body: typeof body === "string" && body !== "" ? cutText(body) : null };
}

/** The answer, after it has been written into the log. */
function logged(
  parts: Some<"requests" | "events">,
  request: MockRequest,
  trace: Trace,
  answer: MockAnswer,
): MockAnswer {
  const entry = parts.requests.add((number) => ({
    number,
    at: trace.at,
    method: request.method,
    path: request.path,
    query: redactQuery(request.query),
    headers: redactHeaders(request.headers),
    body: shortenBody(request.body) ?? null,
    route: trace.route,
    account: trace.account ?? null,
    status: answer.reset || answer.refused ? null : answer.status,
    answer: loggedAnswer(answer),
    preference: answer.headers["preference-applied"] ?? "",
    taskId: trace.taskId ?? null,
  }));
  parts.events.emit("request", entry);
  return answer;
}
