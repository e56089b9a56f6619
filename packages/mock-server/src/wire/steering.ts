import type { Engine } from "../engine.js";
import { type Fault, faults } from "./faults.js";
import { jsonAnswer, type MockAnswer } from "./http.js";
import { delayRange, describePreference, type Preference } from "./prefer.js";
import type { RuleSubject } from "./rule-match.js";

/** The request's own words, with those that the rules add. */
export function steer(engine: Engine, own: Preference, subjectOf: () => RuleSubject): Preference {
  if (own.times === undefined && engine.rules.size === 0) return own;
  const subject = subjectOf();
  return engine.rules.steer(subject, engine.repeats.count(subject, own));
}

/** The fault asked for, if any. */
function faultOf({ fault }: Preference): Fault | undefined {
  return fault === undefined ? undefined : faults[fault];
}

/** Whether the fault strikes before the request is looked at. */
export function isSpoiltBefore(preference: Preference): boolean {
  return faultOf(preference)?.before === true;
}

/**
 * Spoils an answer as asked for, and says which words were applied and when the host is to answer.
 * @param answer absent where the request was not looked at
 */
export function spoil(engine: Engine, preference: Preference, answer: MockAnswer = jsonAnswer(503, {})): MockAnswer {
  if (isEmpty(preference)) return answer;
  // A header has no room for other letters; a prompt or a rule may have some.
  const applied = describePreference(preference).replaceAll(/[^\x20-\x7e]/g, "?");
  const fault = faultOf(preference);
  const spoilt = fault ? fault.spoil(answer, engine.refusals) : answer;
  const delay = preference.delay === undefined ? undefined : drawDelay(engine, preference.delay);
  const headers = { ...spoilt.headers, "preference-applied": applied };
  if (fault?.dripMs !== undefined) return { ...spoilt, headers, dripMs: delay ?? fault.dripMs };
  return { ...spoilt, headers, delayMs: delay ?? fault?.answerAfterMs ?? 0 };
}

function isEmpty(preference: Preference): boolean {
  for (const _ in preference) return false;
  return true;
}

function drawDelay(engine: Engine, delay: string): number {
  const [from, to] = delayRange(delay);
  return from === to ? from : from + engine.chance.fraction() * (to - from);
}
