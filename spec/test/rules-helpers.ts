import { describe, expect, it } from "vitest";
import type { Finding, RuleOptions } from "../src/rules/index.js";
import { checkRequest, checkRules } from "../src/rules/index.js";

export type Body = Readonly<Record<string, unknown>>;

export const dialects = ["cometapi", "kling"] as const;

/** Refusals of the whole check. */
export function refusals(family: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return checkRequest(family, body, { dialect: "kling", ...options }).filter(({ severity }) => severity === "refuse");
}

/** Warnings of the whole check. */
export function warnings(family: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return checkRequest(family, body, { dialect: "kling", ...options }).filter(({ severity }) => severity === "warn");
}

/** Refusals of the rules alone. */
export function ruleRefusals(family: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return checkRules(family, body, { dialect: "kling", ...options }).filter(({ severity }) => severity === "refuse");
}

export const picture = "https://example.com/a.png";
export const film = "https://example.com/a.mp4";

/** One rule of one family: what passes, and what is changed to be refused. */
export interface Row {
  readonly family: string;
  readonly rule: string;
  readonly accepted: Body;
  readonly change: Body;
  /** Where the refusal points. */
  readonly field: string;
  readonly message?: string;
  readonly options?: Partial<RuleOptions>;
}

/** Tests each row both ways, with the schema and without. */
export function describeRules(title: string, rows: readonly Row[]): void {
  describe(title, () => {
    it.each(rows)("$family, $rule: accepts $accepted", ({ family, accepted, options }) => {
      expect(refusals(family, accepted, options)).toEqual([]);
      expect(ruleRefusals(family, accepted, options)).toEqual([]);
    });

    it.each(rows)("$family, $rule: refuses $change", ({ family, rule, accepted, change, field, message, options }) => {
      const body = { ...accepted, ...change };
      const found = ruleRefusals(family, body, options).find((each) => each.rule === rule && each.field === field);
      expect(found).toMatchObject({ rule, field, severity: "refuse" });
      if (message !== undefined) expect(found?.message).toBe(message);
      expect(found?.advice).toMatch(/^\S.*\.$/);
      expect(refusals(family, body, options)).not.toEqual([]);
    });
  });
}
