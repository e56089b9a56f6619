import { type Finding, mostFindings } from "../finding.js";
import type { Rule } from "./rule.js";
import { isAbsent, type RequestView } from "./view.js";

/**
 * Rules that are asked together. Most are about fields that most requests leave out, so each of these fields has a bit,
 * and the fields of a request tell which rules can apply: asking every rule took three times as long.
 */
export class RuleSet {
  readonly #bits = new Map<string, number>();
  readonly #rows: readonly { readonly rule: Rule; readonly bits: number }[];

  /** @param rules in the order they are reported */
  constructor(rules: readonly Rule[]) {
    this.#rows = rules.map((rule) => ({ rule, bits: this.#bitsOf(rule) }));
  }

  /** @param body the request's, unread. @returns what the rules found, in their order */
  check(request: RequestView, body: unknown): Finding[] {
    const given = this.#givenIn(body);
    const findings: Finding[] = [];
    for (const { rule, bits } of this.#rows) {
      if ((bits & given) === 0) continue;
      const found = rule(request);
      if (Array.isArray(found)) findings.push(...found.slice(0, mostFindings));
      else if (found) findings.push(found as Finding);
    }
    return findings;
  }

  #bitsOf({ about }: Rule): number {
    return about ? about.reduce((bits, path) => bits | this.#bitOf(path.split(".", 1)[0] ?? ""), 0) : always;
  }

  /** Beyond 31 fields they share the last bit, and a rule is asked for nothing now and then. */
  #bitOf(field: string): number {
    const bit = this.#bits.get(field) ?? 1 << Math.min(this.#bits.size + 1, 31);
    this.#bits.set(field, bit);
    return bit;
  }

  #givenIn(body: unknown): number {
    let given = always;
    if (typeof body !== "object" || body === null) return given;
    for (const name in body) {
      const bit = this.#bits.get(name);
      if (bit !== undefined && !isAbsent(Reflect.get(body, name))) given |= bit;
    }
    return given;
  }
}

/** The bit of rules that look at every request, and of every request. */
const always = 1;
