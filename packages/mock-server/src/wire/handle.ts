import { resultPrefix } from "../engine/addresses.js";
import { cutText, redactHeaders, shortenBody } from "../engine/redact.js";
import type { LoggedAnswer } from "../engine/request-log.js";
import type { Engine } from "../engine.js";
import { answerApi } from "./api.js";
import { authorise } from "./authorise.js";
import { answerControl } from "./control/index.js";
import { preflightAnswer, withCors } from "./cors.js";
import type { Trace } from "./exchange.js";
import { controlPrefix, type MockAnswer, type MockRequest } from "./http.js";
import { answerResult } from "./result.js";

/** Whether the simulator has an answer of its own for the path; hosts may pass others on. */
export function knowsPath(engine: Engine, path: string): boolean {
  return path.startsWith(controlPrefix) || path.startsWith(resultPrefix) || engine.routes.covers(path);
}

/** Answers any request and logs it. A promise only where a result has to be rendered or a token checked. */
export function handleRequest(engine: Engine, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  return engine.clock.atOneMoment(() => handleNow(engine, request));
}

function handleNow(engine: Engine, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (request.path.startsWith(controlPrefix)) return answerControl(engine, request);
  const trace: Trace = { at: engine.clock.now(), route: "unknown", remarks: {} };
  const answer = answerCaller(engine, request, trace);
  return answer instanceof Promise
    ? answer.then((done) => logged(engine, request, trace, done))
    : logged(engine, request, trace, answer);
}

function answerCaller(engine: Engine, request: MockRequest, trace: Trace): MockAnswer | Promise<MockAnswer> {
  const { origin } = request.headers;
  const refused = engine.access.refusePage(origin);
  if (refused) return refused;
  if (request.method === "OPTIONS") {
    trace.route = "preflight";
    return preflightAnswer(request);
  }
  const answer = answerAsked(engine, request, trace);
  if (origin === undefined) return answer;
  return answer instanceof Promise ? answer.then((done) => withCors(done, origin)) : withCors(answer, origin);
}

function answerAsked(engine: Engine, request: MockRequest, trace: Trace): MockAnswer | Promise<MockAnswer> {
  const result = answerResult(engine, request, trace);
  if (result) return result;
  const authorisation = authorise(request.headers.authorization, engine.keyRules, trace.at);
  return authorisation instanceof Promise
    ? authorisation.then((known) => answerApi(engine, { request, trace, authorisation: known }))
    : answerApi(engine, { request, trace, authorisation });
}

function loggedAnswer({ headers, body, reset, refused }: MockAnswer): LoggedAnswer | null {
  if (reset || refused) return null;
  return { headers, body: typeof body === "string" && body !== "" ? cutText(body) : null };
}

/** The answer, after it has been written into the log. */
function logged(engine: Engine, request: MockRequest, trace: Trace, answer: MockAnswer): MockAnswer {
  const entry = engine.requests.add((number) => ({
    number,
    at: trace.at,
    method: request.method,
    path: request.path,
    query: String(request.query),
    headers: redactHeaders(request.headers),
    body: shortenBody(request.body) ?? null,
    route: trace.route,
    account: trace.account ?? null,
    status: answer.reset || answer.refused ? null : answer.status,
    answer: loggedAnswer(answer),
    preference: answer.headers["preference-applied"] ?? "",
    taskId: trace.taskId ?? null,
  }));
  engine.events.emit("request", entry);
  return answer;
}
