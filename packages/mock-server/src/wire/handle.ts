import { dialects, requestFields } from "@klingkit/spec";
import { resultPrefix } from "../engine/addresses.js";
import type { Engine } from "../mock.js";
import { type Authorisation, authorise } from "./authorise.js";
import { type BodyReading, readBody } from "./body.js";
import { answerCall } from "./call.js";
import { answerControl, controlPrefix } from "./control.js";
import { type Fault, faults } from "./faults.js";
import { htmlAnswer, jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";
import { describePreference, isUnknown, type Preference, readPreference } from "./prefer.js";
import { listTasks, queryTask } from "./query.js";
import { answerResult } from "./result.js";
import { type Route, routeName } from "./route.js";
import { submitTask } from "./submit.js";

const cors = { "access-control-allow-origin": "*" };
const preflightAnswer: MockAnswer = {
  status: 204,
  headers: {
    ...cors,
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, prefer, range, if-range, if-none-match",
    "access-control-max-age": "600",
  },
  body: "",
};

/** Whether the simulator has an answer of its own for the path; hosts may pass others on. */
export function knowsPath(engine: Engine, path: string): boolean {
  return path.startsWith(controlPrefix) || path.startsWith(resultPrefix) || engine.routes.covers(path);
}

/** Answers any request. A promise only where a result has to be rendered or a token checked. */
export function handleRequest(engine: Engine, request: MockRequest): MockAnswer | Promise<MockAnswer> {
  if (request.path.startsWith(controlPrefix)) return answerControl(engine, request);
  if (request.method === "OPTIONS") return preflightAnswer;
  const result = answerResult(engine.assets, request);
  if (result instanceof Promise) return result.then(withCors);
  if (result) return withCors(result);
  const authorisation = authorise(request.headers.authorization, engine.keyRules, engine.clock.now());
  if (authorisation instanceof Promise)
    return authorisation.then((known) => withCors(answerApi(engine, request, known)));
  return withCors(answerApi(engine, request, authorisation));
}

function withCors(answer: MockAnswer): MockAnswer {
  return { ...answer, headers: { ...cors, "access-control-expose-headers": "*", ...answer.headers } };
}

/** Fault, key, path and method, body, schema, rules, own id, slots, balance: in this order. */
function answerApi(engine: Engine, request: MockRequest, authorisation: Authorisation): MockAnswer {
  if (request.path === "/" && request.method === "GET") return landingPage(engine);
  const route = engine.routes.find(request.path);
  const body = route && request.method === "POST" ? readBody(engine, request) : undefined;
  const prompts = route && body && "fields" in body ? promptsOf(routeName(route), body.fields) : [];
  const preference = readPreference(request.headers.prefer, prompts);
  if (isUnknown(preference)) return unknownPreference(preference.unknown, preference.known);
  const fault = preference.fault === undefined ? undefined : faults[preference.fault];
  const answer = fault?.before
    ? jsonAnswer(503, {})
    : decide(engine, request, { authorisation, route, body, preference });
  return finish(answer, fault, preference);
}

/** What has been read of a request before anything is decided. */
interface Reading {
  readonly authorisation: Authorisation;
  readonly route: Route | undefined;
  readonly body: BodyReading | undefined;
  readonly preference: Preference;
}

function decide(engine: Engine, request: MockRequest, { authorisation, route, body, preference }: Reading): MockAnswer {
  if ("situation" in authorisation) return engine.refusals.of(authorisation.situation);
  if (!route) return engine.refusals.of("wrong-path");
  const misused = refuseMethod(engine, request.method, route) ?? engine.refusals.unavailable(routeName(route));
  if (misused) return misused;
  const fields = body && "fields" in body ? body.fields : {};
  const model = String(fields.model_name ?? "");
  const forced = preference.code === undefined ? undefined : engine.refusals.byName(preference.code, { model });
  if (forced) return forced;
  if (body && "refusal" in body) return body.refusal;
  const account = engine.accounts.of(authorisation.key);
  if (route.kind === "task") return queryTask(engine, route.family, account, route.id, request);
  if (route.kind === "call") {
    const sent = request.method === "GET" ? Object.fromEntries(request.query) : fields;
    return answerCall(engine, route.call, account, sent, request);
  }
  if (request.method === "GET") return listTasks(engine, route.family, account, request);
  return submitTask(engine, route.family, account, fields, preference.scenario);
}

/** GET for one task; POST and, where the dialect has a list, GET for a family; a call's own. */
function refuseMethod(engine: Engine, method: string, route: Route): MockAnswer | undefined {
  if (route.kind === "call") return method === route.call.method ? undefined : engine.refusals.of("wrong-method");
  if (route.kind === "task") return method === "GET" ? undefined : engine.refusals.of("wrong-method");
  if (method === "POST") return undefined;
  if (method !== "GET") return engine.refusals.of("wrong-method");
  const listed = route.family.list && (engine.options.list ?? dialects[engine.dialect].list);
  return listed ? undefined : engine.refusals.of("wrong-path");
}

function finish(answer: MockAnswer, fault: Fault | undefined, preference: Preference): MockAnswer {
  const applied = describePreference(preference);
  const spoilt = fault ? fault.spoil(answer) : answer;
  return {
    ...spoilt,
    headers: applied === "" ? spoilt.headers : { ...spoilt.headers, "preference-applied": applied },
    ...(preference.delay === undefined ? {} : { delayMs: preference.delay }),
  };
}

function unknownPreference(unknown: string, known: readonly string[]): MockAnswer {
  const message = `The simulator does not know the preference "${unknown}". Known: ${known.join(", ")}.`;
  return jsonAnswer(422, { error: { code: "unknown-preference", message, type: "klingkit_mock_error" } });
}

/** Texts that may hold steering words. @param name of a family or a call */
function promptsOf(name: string, body: Readonly<Record<string, unknown>>): string[] {
  return (requestFields[name] ?? [])
    .filter((field) => field.name === "prompt" || field.name === "text" || field.name.endsWith("_prompt"))
    .map((field) => body[field.name])
    .filter((value) => typeof value === "string");
}

function landingPage(engine: Engine): MockAnswer {
  const title = `klingkit simulator, dialect ${engine.dialect}`;
  return htmlAnswer(
    200,
    `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>This is a simulator; nothing costs anything here.</p></body></html>\n`,
  );
}
