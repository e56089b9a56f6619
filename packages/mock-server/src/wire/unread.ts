import { resultPrefix } from "../engine/addresses.js";
import type { Engine } from "../engine.js";
import { authorise } from "./authorise.js";
import { controlPrefix } from "./control/index.js";
import type { MockRequest } from "./http.js";
import { isUnknown, readPreference } from "./prefer.js";
import { ruleSubjectOf } from "./rule-subject.js";

/** The fault that strikes before a request is read. */
const fault = "reset-before";

/**
 * Whether a request's connection is to be cut before its body is read: where its header or a rule says so whatever the
 * body holds. Nothing is counted; the host hands the request over without its body, and that counts.
 * @param request without its body; asked for only where something speaks of the fault
 */
export function cutsUnread(engine: Engine, prefer: string | undefined, request: () => MockRequest): boolean {
  if (prefer?.includes(fault) !== true && !engine.rules.mentions(fault)) return false;
  const own = readPreference(prefer, []);
  if (isUnknown(own)) return false;
  const given = request();
  if (!isSteered(given)) return false;
  const authorisation = authorise(given.headers.authorization, engine.keyRules, engine.clock.now());
  // Checking a token takes a moment, and a rule may depend on its account.
  if (authorisation instanceof Promise) return own.fault === fault && own.times === undefined;
  const account = "key" in authorisation ? engine.accounts.of(authorisation.key) : undefined;
  const subject = ruleSubjectOf(engine, { request: given, route: engine.routes.find(given.path), fields: {}, account });
  return engine.rules.foresees(fault, subject, engine.repeats.foresee(subject, own));
}

/** Control calls and preflights are not steered; a result is read, and has no body. */
function isSteered({ method, path }: MockRequest): boolean {
  return method !== "OPTIONS" && !path.startsWith(controlPrefix) && !path.startsWith(resultPrefix);
}
