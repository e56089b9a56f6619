import { type Fault, faults } from "./faults.js";
import { controlPrefix, jsonAnswer, type MockAnswer, type MockRequest } from "./http.js";
import type { Some } from "./parts.js";
import { delayRange, describePreference, isUnknown, readPreference } from "./prefer.js";
import type { Preference } from "./preference.js";
import type { RuleSubject } from "./rule-match.js";

/** The request's own words, with those that the rules add. */
export function steer(parts: Some<"rules" | "repeats">, own: Preference, subjectOf: () => RuleSubject): Preference {
  if (own.times === undefined && parts.rules.size === 0) return own;
  const subject = subjectOf();
  return parts.rules.steer(subject, parts.repeats.count(subject, own));
}

/** The fault asked for, if any. */
function faultOf({ fault }: Preference): Fault | undefined {
  return fault === undefined ? undefined : faults[fault];
}

/**
 * Whether a request's connection is to be cut before its body is read, which its head alone decides: the host hands the
 * request over without its body then. Words that count (`times`) and rules may depend on the body.
 */
export function isCutUnread({ method, path, headers: { prefer } }: MockRequest): boolean {
  if (prefer?.includes("reset-before") !== true || method === "OPTIONS" || path.startsWith(controlPrefix)) return false;
  const own = readPreference(prefer, []);
  return !isUnknown(own) && own.fault === "reset-before" && own.times === undefined;
}

/** Whether the fault strikes before the request is looked at. */
export function isSpoiltBefore(preference: Preference): boolean {
  return faultOf(preference)?.before === true;
}

/**
 * Spoils an answer as asked for, and says which words were applied and when the host is to answer.
 * @param answer absent where the request was not looked at
 */
export function spoil(
  parts: Some<"refusals" | "chance">,
  preference: Preference,
  answer: MockAnswer = jsonAnswer(503, {}),
): MockAnswer {
  if (isEmpty(preference)) return answer;
  // A header has no room for other letters; a prompt or a rule may have some.
  const applied = describePreference(preference).replaceAll(/[^\x20-\x7e]/g, "?");
  const fault = faultOf(preference);
  const spoilt = fault ? fault.spoil(answer, parts.refusals) : answer;
  const delay = preference.delay === undefined ? undefined : drawDelay(parts, preference.delay);
  const headers = { ...spoilt.headers, "preference-applied": applied };
  if (fault?.dripMs !== undefined) return { ...spoilt, headers, dripMs: delay ?? fault.dripMs };
  return { ...spoilt, headers, delayMs: delay ?? fault?.answerAfterMs ?? 0 };
}

function isEmpty(preference: Preference): boolean {
  for (const _ in preference) return false;
  return true;
}

function drawDelay(parts: Some<"chance">, delay: string): number {
  const [from, to] = delayRange(delay);
  return from === to ? from : from + parts.chance.fraction() * (to - from);
}
