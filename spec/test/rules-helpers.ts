import { describe, expect, it } from "vitest";
import type { Finding, RuleOptions } from "../src/rules/index.js";
import { checkRequest, checkRules } from "../src/rules/index.js";

export type Body = Readonly<Record<string, unknown>>;

/** A year in which every model of the catalogue was served. */
const whenAllWereServed: RuleOptions = { dialect: "kling", at: Date.UTC(2025, 10, 28) };

export const dialects = ["cometapi", "kling"] as const;

/** The findings of this severity, each of which says what is wrong and what to do. */
function speaking(findings: readonly Finding[], severity: Finding["severity"]): Finding[] {
  for (const finding of findings)
    expect(finding).toMatchObject({
      rule: expect.stringMatching(/^[\w-]+$/),
      message: expect.stringMatching(/^\S.{4,}$/),
      advice: expect.stringMatching(/^\S.{9,}\.$/),
      severity: expect.stringMatching(/^(refuse|warn)$/),
      situation: expect.stringMatching(/^[a-z-]+$/),
    });
  return findings.filter((finding) => finding.severity === severity);
}

/** Refusals of the whole check. */
export function refusals(operation: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return speaking(checkRequest(operation, body, { ...whenAllWereServed, ...options }), "refuse");
}

/** Warnings of the whole check. */
export function warnings(operation: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return speaking(checkRequest(operation, body, { ...whenAllWereServed, ...options }), "warn");
}

/** Refusals of the rules alone. */
export function ruleRefusals(operation: string, body: unknown, options: Partial<RuleOptions> = {}): Finding[] {
  return speaking(checkRules(operation, body, { ...whenAllWereServed, ...options }), "refuse");
}

export const picture = "https://example.com/a.png";
export const film = "https://example.com/a.mp4";

/** One rule of one operation: what passes, and what is changed to be refused. */
export interface Row {
  readonly operation: string;
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
    it.each(rows)("$operation, $rule: accepts $accepted", ({ operation, accepted, options }) => {
      expect(refusals(operation, accepted, options)).toEqual([]);
      expect(ruleRefusals(operation, accepted, options)).toEqual([]);
    });

    it.each(rows)(
      "$operation, $rule: refuses $change",
      ({ operation, rule, accepted, change, field, message, options }) => {
        const body = { ...accepted, ...change };
        const found = ruleRefusals(operation, body, options).find((each) => each.rule === rule && each.field === field);
        expect(found).toMatchObject({ rule, field, severity: "refuse" });
        if (message !== undefined) expect(found?.message).toBe(message);
        expect(refusals(operation, body, options)).not.toEqual([]);
      },
    );
  });
}
