import { callbackFaults } from "../engine/callback-faults.js";
import { MockProblem } from "../engine/problem.js";
import { scenarios } from "../engine/scenarios.js";
import { faults } from "../wire/faults.js";
import { jsonAnswer } from "../wire/http.js";
import type { Some } from "../wire/parts.js";
import { readMatch } from "../wire/rule-match.js";
import type { Rule, RuleInput } from "../wire/rules.js";
import { accountOf, type ControlCall, type ControlHandlers, fieldsOf, onlyKnown } from "./handler.js";

export const ruleHandlers: ControlHandlers = {
  "GET /__mock/rules": (parts, call) => jsonAnswer(200, { rules: rulesOf(parts, accountOf(parts, call)) }),
  "POST /__mock/rules": (parts, call) => jsonAnswer(201, parts.rules.add(readRule(call))),
  "DELETE /__mock/rules": (parts) => {
    parts.rules.clear();
    return jsonAnswer(200, { rules: [] });
  },
  "DELETE /__mock/rules/{id}": (parts, { id }) => {
    if (!parts.rules.remove(id))
      throw new MockProblem(
        404,
        "unknown-rule",
        `There is no rule ${id}; it may be used up. GET /__mock/rules lists those there are.`,
      );
    return jsonAnswer(200, { rules: parts.rules.list() });
  },
  "GET /__mock/scenarios": () =>
    jsonAnswer(200, {
      scenarios: Object.entries(scenarios).map(([name, { description }]) => ({ name, description })),
    }),
  "GET /__mock/faults": () =>
    jsonAnswer(200, {
      faults: Object.entries(faults).map(([name, { description, before }]) => ({ name, description, before })),
      callbackFaults: Object.entries(callbackFaults).map(([name, { description }]) => ({ name, description })),
    }),
};

/** The rules that are for one account alone, or all. */
export function rulesOf({ rules }: Some<"rules">, account: string | undefined): readonly Rule[] {
  return rules.list().filter(({ match }) => account === undefined || match.account === account);
}

function readRule(call: ControlCall): RuleInput {
  const fields = fieldsOf(call);
  onlyKnown(fields, ["match", "prefer", "times", "probability"]);
  const { match = {}, prefer, times, probability } = fields;
  if (typeof prefer !== "string")
    throw new MockProblem(
      400,
      "invalid-rule",
      'A rule needs `prefer`, a text such as "code=1303" or "fault=html-502".',
    );
  return {
    match: readMatch(match),
    prefer,
    ...(times === undefined ? {} : { times: checkNumber("times", times) }),
    ...(probability === undefined ? {} : { probability: checkNumber("probability", probability) }),
  };
}

function checkNumber(name: string, value: unknown): number {
  if (typeof value === "number") return value;
  throw new MockProblem(400, "invalid-rule", `${name} must be a number; leave it out for its default.`);
}
