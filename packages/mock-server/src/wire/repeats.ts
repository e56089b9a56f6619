import { describePreference } from "./prefer.js";
import type { Preference } from "./preference.js";
import { patternFor, type RuleSubject } from "./rule-match.js";
import type { Rules } from "./rules.js";

/** Requests with `times` that are remembered; the oldest are forgotten first. */
const maxRemembered = 1_000;

/**
 * Applies `times` in a request's own words: they count for this request and for the next ones to the same operation. A
 * request that is sent again with the same words, as a retry is, counts as one of these. When all are used up, it passes
 * once without them.
 */
export class Repeats {
  readonly #rules: Rules;
  /** The rule for later requests, by the request that asked for it; `spent` when requests with the same words used it up. */
  readonly #ruleIds = new Map<string, string>();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  /** The words that hold for this request. */
  count(subject: RuleSubject, own: Preference): Preference {
    if (own.times === undefined) return own;
    const key = keyOf(subject, own);
    const ruleId = this.#ruleIds.get(key);
    if (ruleId === spent) {
      this.#ruleIds.delete(key);
      return {};
    }
    if (ruleId === undefined || !this.#rules.get(ruleId)) this.#remember(key, subject, own);
    else {
      this.#rules.use(ruleId);
      if (!this.#rules.get(ruleId)) this.#ruleIds.set(key, spent);
    }
    return own;
  }

  forgetAccount(account: string): void {
    for (const key of [...this.#ruleIds.keys()]) if (JSON.parse(key)[2] === account) this.#ruleIds.delete(key);
  }

  clear(): void {
    this.#ruleIds.clear();
  }

  #remember(key: string, { method, path, operation, verb, account }: RuleSubject, own: Preference): void {
    const { times, ...words } = own;
    const left = Number(times) - 1;
    const where = operation === undefined ? { path: patternFor(path ?? "") } : { operation };
    const match = Object.fromEntries(
      Object.entries({ method, verb, account, ...where }).filter(([, value]) => value !== undefined),
    );
    const isEmpty = Object.keys(words).length === 0;
    const id =
      left > 0 && !isEmpty ? this.#rules.add({ match, prefer: describePreference(words), times: left }).id : spent;
    this.#ruleIds.set(key, id);
    if (this.#ruleIds.size > maxRemembered) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#ruleIds;
    if (!oldest) return;
    const [key, ruleId] = oldest;
    this.#ruleIds.delete(key);
    this.#rules.remove(ruleId);
  }
}

function keyOf({ method, path, account, external_task_id }: RuleSubject, own: Preference): string {
  return JSON.stringify([method, path, account, external_task_id, own]);
}

/** Stands for a rule that is used up. */
const spent = "";
