import type { Events } from "../engine/events.js";
import { MockProblem } from "../engine/problem.js";
import type { Random } from "../engine/random.js";
import { complain, describePreference, isUnknown, readPreference } from "./prefer.js";
import type { Preference } from "./preference.js";
import { matches, type RuleMatch, type RuleSubject, readMatch } from "./rule-match.js";

/** A rule for requests that match, with the words of a `Prefer` header. */
export interface RuleInput {
  /** Conditions on a request; every given field must match. Default: every request to the API. */
  readonly match?: RuleMatch | undefined;
  /** `code=1303`, `fault=html-502, delay=200-800`… */
  readonly prefer: string;
  /** Number of matching requests; after them the rule is removed. Default: no limit. */
  readonly times?: number | undefined;
  /** Probability for each matching request, 0 to 1, drawn from the seed. Default 1. */
  readonly probability?: number | undefined;
}

/** A rule in its present state. */
export interface Rule {
  /** `rule-1`, `rule-2`…, in the order in which rules were added. */
  readonly id: string;
  readonly match: RuleMatch;
  /** The words of a `Prefer` header, without `times`. */
  readonly prefer: string;
  /** Number of matching requests left; null for no limit. */
  readonly left: number | null;
  /** Probability for each matching request, 0 to 1. */
  readonly probability: number;
}

/** A rule with its words as they were read. */
interface StoredRule extends Omit<Rule, "left"> {
  left: number | null;
  readonly words: Preference;
}

/**
 * Rules in the order in which they were added. Rules with `times` are a queue: the oldest that matches is applied to
 * the request. Rules without `times` add the words that are still missing.
 */
export class Rules {
  readonly #rules = new Map<string, StoredRule>();
  readonly #random: Random;
  readonly #events: Events;
  #count = 0;

  constructor(random: Random, events: Events) {
    this.#random = random;
    this.#events = events;
  }

  /** @throws MockProblem for unknown words, an invalid match, or a number out of bounds */
  add(input: RuleInput): Rule {
    return this.#keep(checkRule(input), this.#count + 1);
  }

  /** Replaces all rules by saved ones, which keep their ids. @throws MockProblem for an invalid rule, as `add` does */
  restore(rules: Iterable<Rule>): void {
    this.clear();
    for (const rule of rules) {
      const [, number = this.#count + 1] = /^rule-(\d{1,15})$/.exec(rule.id) ?? [];
      this.#keep(checkRule(ruleInput(rule)), Number(number));
    }
  }

  #keep(checked: Omit<StoredRule, "id">, number: number): Rule {
    this.#count = Math.max(this.#count, number);
    const rule: StoredRule = { id: `rule-${number}`, ...checked };
    this.#rules.set(rule.id, rule);
    this.#events.emit("rule-added", { id: rule.id, prefer: rule.prefer });
    return shown(rule);
  }

  /** Oldest first. */
  list(): Rule[] {
    return [...this.#rules.values()].map(shown);
  }

  get(id: string): Rule | undefined {
    const rule = this.#rules.get(id);
    return rule && shown(rule);
  }

  /** @returns whether the rule existed */
  remove(id: string): boolean {
    const removed = this.#rules.delete(id);
    if (removed) this.#events.emit("rule-removed", { id });
    return removed;
  }

  /** Removes the rules that apply to this account only. */
  forgetAccount(account: string): void {
    for (const { id, match } of [...this.#rules.values()]) if (match.account === account) this.remove(id);
  }

  clear(): void {
    for (const id of [...this.#rules.keys()]) this.remove(id);
  }

  get size(): number {
    return this.#rules.size;
  }

  /** The request's own words, and those that rules add to them; the rules used count down. */
  steer(subject: RuleSubject, own: Preference): Preference {
    let said = own;
    let queued = false;
    for (const rule of this.#rules.values()) {
      if ((rule.left !== null && queued) || !this.#applies(rule, subject, said)) continue;
      said = { ...rule.words, ...said };
      queued ||= rule.left !== null;
      this.use(rule.id);
    }
    return said;
  }

  /** Counts a rule down. */
  use(id: string): void {
    const rule = this.#rules.get(id);
    if (!rule) return;
    if (rule.left !== null) rule.left -= 1;
    const isUsedUp = rule.left === 0;
    // Before anybody is told: listeners write down the rules that there are.
    if (isUsedUp) this.#rules.delete(id);
    this.#events.emit("rule-used", { id, left: rule.left });
    if (isUsedUp) this.#events.emit("rule-removed", { id });
  }

  #applies(rule: StoredRule, subject: RuleSubject, said: Preference): boolean {
    if (!addsTo(said, rule.words) || !matches(rule.match, subject, rule.words)) return false;
    return rule.probability === 1 || this.#random.fraction() < rule.probability;
  }
}

function addsTo(said: Preference, words: Preference): boolean {
  return Object.keys(words).some((word) => !Object.hasOwn(said, word));
}

function shown({ words: _, ...rule }: StoredRule): Rule {
  return { ...rule };
}

/** Reads a rule. @throws MockProblem for an invalid rule */
export function checkRule({ match = {}, prefer, times, probability = 1 }: RuleInput): Omit<StoredRule, "id"> {
  const read = readPreference(prefer, []);
  if (isUnknown(read)) throw new MockProblem(422, "unknown-preference", complain(read));
  const { times: inWords, ...words } = read;
  if (Object.keys(words).length === 0) throw invalid("A rule's `prefer` must say something.");
  const left = times ?? (inWords === undefined ? null : Number(inWords));
  if (left !== null && !(Number.isInteger(left) && left > 0))
    throw invalid(`times is ${left}; give a whole number from 1.`);
  if (!(probability >= 0 && probability <= 1))
    throw invalid(`probability is ${probability}; give a number from 0 to 1.`);
  return { match: readMatch(match), prefer: describePreference(words), left, probability, words };
}

/** What a saved rule was made from, as it is now. */
export function ruleInput({ match, prefer, left, probability }: Rule): RuleInput {
  return { match, prefer, probability, ...(left === null ? {} : { times: left }) };
}

function invalid(message: string): MockProblem {
  return new MockProblem(422, "invalid-rule", message);
}
