import { dialects } from "@klingkit/spec";
import type { Account } from "../engine/account.js";
import { refuseAccount } from "./account-refusals.js";
import { type Body, type BodyReading, modelOf, readBody } from "./body.js";
import { answerCall } from "./call.js";
import type { Trace } from "./exchange.js";
import { steeringTexts } from "./field-roles.js";
import { htmlAnswer, type MockAnswer, type MockRequest, mockError } from "./http.js";
import type { Parts, Some } from "./parts.js";
import { complain, isUnknown, readPreference } from "./prefer.js";
import type { Preference } from "./preference.js";
import { listTasks, queryTask } from "./query.js";
import { type Route, Routes, routeName, verbOf } from "./route.js";
import { ruleSubjectOf } from "./rule-subject.js";
import { isSpoiltBefore, spoil, steer } from "./steering.js";
import { submitTask } from "./submit.js";
import type { Authorisation } from "./token.js";

/** A request with its caller's key. */
export interface Arrival {
  readonly request: MockRequest;
  readonly trace: Trace;
  readonly authorisation: Authorisation;
}

/** A request with everything that is read before the first decision. */
interface Reading extends Arrival {
  readonly route: Route | undefined;
  readonly body: BodyReading | undefined;
  readonly fields: Body;
  readonly account: Account | undefined;
}

/** Fault, key, path and method, body, schema, rules, own id, slots, balance: in this order. */
export function answerApi(parts: Parts, arrival: Arrival): MockAnswer {
  const { request } = arrival;
  if (request.path === "/" && ["GET", "HEAD"].includes(request.method)) return landingPage(parts, arrival.trace);
  const reading = read(parts, arrival);
  const { route, fields } = reading;
  const own = readPreference(request.headers.prefer, route ? steeringTexts(routeName(route), fields) : []);
  if (isUnknown(own)) return mockError(422, "unknown-preference", complain(own));
  const preference = steer(parts, own, () => ruleSubjectOf(parts, reading));
  if (isSpoiltBefore(preference)) return spoil(parts, preference);
  return spoil(parts, preference, withRemarks(arrival.trace, decide(parts, reading, preference)));
}

function withRemarks({ remarks }: Trace, answer: MockAnswer): MockAnswer {
  for (const _ in remarks) return { ...answer, headers: { ...answer.headers, ...remarks } };
  return answer;
}

function read(parts: Some<"routes" | "refusals" | "accounts">, arrival: Arrival): Reading {
  const { request, trace, authorisation } = arrival;
  const route = parts.routes.find(request.path);
  const body = route && request.method === "POST" ? readBody(parts, request) : undefined;
  const fields = body && "fields" in body ? body.fields : {};
  const account = "key" in authorisation ? parts.accounts.of(authorisation.key) : undefined;
  if (route) trace.route = `${routeName(route)}.${verbOf(route, request.method)}`;
  if (account) trace.account = account.name;
  return { request, trace, authorisation, route, body, fields, account };
}

function decide(parts: Parts, reading: Reading, preference: Preference): MockAnswer {
  const { authorisation, request, route, body, fields, account, trace } = reading;
  const hint = route ? undefined : otherDialectHint(parts, request.path);
  if (parts.routes.isUnsimulated(request.path))
    return mockError(
      404,
      "not-simulated",
      `${request.path} is the gateway's, and not simulated; ask the gateway itself.${hint === undefined ? "" : ` ${hint}`}`,
    );
  if ("situation" in authorisation) {
    if (authorisation.hint !== undefined) trace.remarks["klingkit-hint"] = authorisation.hint;
    return parts.refusals.of(authorisation.situation);
  }
  if (authorisation.isSignatureUnchecked) trace.remarks["klingkit-signature"] = "not checked";
  if (hint !== undefined) trace.remarks["klingkit-hint"] = hint;
  if (!route || !account) return parts.refusals.of("wrong-path");
  const misused = refuseMethod(parts, request.method, route) ?? parts.refusals.unavailable(routeName(route));
  if (misused) return misused;
  const model = modelOf(fields);
  const forced = preference.code === undefined ? undefined : parts.refusals.byName(preference.code, { model });
  const refused = forced ?? refuseAccount(parts, account, trace.at);
  if (refused) return refused;
  if (body && "refusal" in body) return body.refusal;
  const sent = route.kind === "call" && request.method === "GET" ? Object.fromEntries(request.query) : fields;
  const exchange = { parts, request, account, sent, preference, trace };
  if (route.kind === "task") return queryTask(exchange, route.family, route.id);
  if (route.kind === "call") return answerCall(exchange, route.call);
  return request.method === "GET" ? listTasks(exchange, route.family) : submitTask(exchange, route.family);
}

/** What to do about a path that only the other dialect has; undefined for other paths. */
function otherDialectHint({ dialect }: Some<"dialect">, path: string): string | undefined {
  const other = dialect === "kling" ? "cometapi" : "kling";
  if (!new Routes(other).find(path)) return undefined;
  return dialect === "kling"
    ? "Kling's own paths have no /kling in front: leave it out, or start the simulator with --dialect cometapi."
    : "Kling's routes begin with /kling here: put it in front, or start the simulator with --dialect kling.";
}

/** GET for one task; POST and, where the dialect has a list, GET for a family; a call's own. */
function refuseMethod(
  parts: Some<"refusals" | "options" | "dialect">,
  method: string,
  route: Route,
): MockAnswer | undefined {
  if (route.kind === "call") return method === route.call.method ? undefined : parts.refusals.of("wrong-method");
  if (route.kind === "task") return method === "GET" ? undefined : parts.refusals.of("wrong-method");
  if (method === "POST") return undefined;
  if (method !== "GET") return parts.refusals.of("wrong-method");
  const listed = route.family.list && (parts.options.list ?? dialects[parts.dialect].list);
  return listed ? undefined : parts.refusals.of("wrong-path");
}

function landingPage(parts: Some<"dialect">, trace: Trace): MockAnswer {
  trace.route = "page";
  const title = `klingkit simulator, dialect ${parts.dialect}`;
  return htmlAnswer(
    200,
    `<!doctype html>\n<html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1><p>This is a simulator; nothing costs anything here. Served on a port, it has a <a href="__mock/studio">studio</a>.</p></body></html>\n`,
  );
}
