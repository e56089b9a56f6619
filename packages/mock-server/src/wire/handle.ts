import { resultPrefix } from "../engine/addresses.js";
import { cutText, redactHeaders, shortenBody } from "../engine/redact.js";
import type { LoggedAnswer } from "../engine/request-log.js";
import type { Engine } from "../engine.js";
import { answerApi } from "./api.js";
import { authorise } from "./authorise.js";
import { answerControl, controlPrefix } from "./control/index.js";
import type { Trace } from "./exchange.js";
import { jsonHeaders, type MockAnswer, type MockRequest } from "./http.js";
import { answerResult } from "./result.js";

const cors = { "access-control-allow-origin": "*" };
const preflightAnswer: MockAnswer = {
  status: 204,
  headers: {
    ...cors,
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers":
      "authorization, content-type, prefer, range, if-range, if-none-match, if-modified-since",
    "access-control-max-age": "600",
  },
  body: "",
};

/** Whether the simulator has an answer of its own for the path; hosts may pass others on. */
export function knowsPath(engine: Engine, path: string): boolean {
  return path.startsWith(controlPrefix) || path.startsWith(resultPrefix) || engine.routes.covers(path);
}

/** Answers any request and logs it. A promise only where a result has to be rendered or a token checked. */
export function handleRequest(engine: Engine, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (request.path.startsWith(controlPrefix)) return answerControl(engine, request);
  const trace: Trace = { at: engine.clock.now(), route: "unknown", remarks: {} };
  const answer = answerCaller(engine, request, trace);
  return answer instanceof Promise
    ? answer.then((done) => logged(engine, request, trace, done))
    : logged(engine, request, trace, answer);
}

function answerCaller(engine: Engine, request: MockRequest, trace: Trace): MockAnswer | Promise<MockAnswer> {
  if (request.method === "OPTIONS") {
    trace.route = "preflight";
    return preflightAnswer;
  }
  const result = answerResult(engine, request, trace);
  if (result) return result instanceof Promise ? result.then(withCors) : withCors(result);
  const authorisation = authorise(request.headers.authorization, engine.keyRules, trace.at);
  return authorisation instanceof Promise
    ? authorisation.then((known) => withCors(answerApi(engine, { request, trace, authorisation: known })))
    : withCors(answerApi(engine, { request, trace, authorisation }));
}

const exposed = { ...cors, "access-control-expose-headers": "*" };
const jsonExposed = { ...exposed, ...jsonHeaders };

function withCors(answer: MockAnswer): MockAnswer {
  const { headers } = answer;
  return { ...answer, headers: headers === jsonHeaders ? jsonExposed : { ...exposed, ...headers } };
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
