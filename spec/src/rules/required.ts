import type { Dialect } from "../dialect.js";
import { factsOf, oncePerFamily } from "./facts.js";
import { type Rule, refuse } from "./rule.js";

/** A required field may not be empty either. A dialect may require more than the contract, or less. */
export const requiredFieldsFilled: Rule = (request) => {
  const { dialect } = request.options;
  const field = requiredOf(request.family)[dialect].find((name) => !request.has(name));
  if (field === undefined) return undefined;
  const where = factsOf(request.family).requiredIn?.[dialect]?.includes(field) ? ` on ${dialect}` : "";
  return refuse("required", field, `${field} can not be empty`, `Give ${field}: ${request.family} needs it${where}.`);
};

const requiredOf = oncePerFamily((family): Readonly<Record<Dialect, readonly string[]>> => {
  const { required = [], relaxed = {}, requiredIn = {} } = factsOf(family);
  const requiredBy = (dialect: Dialect) => [
    ...required.filter((name) => !relaxed[dialect]?.includes(name)),
    ...(requiredIn[dialect] ?? []),
  ];
  return { cometapi: requiredBy("cometapi"), kling: requiredBy("kling") };
});
