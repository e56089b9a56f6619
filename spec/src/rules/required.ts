import type { Dialect } from "../dialect.js";
import { factsOf, oncePerOperation } from "./facts.js";
import { type Rule, refuse } from "./rule.js";

/** A required field may not be empty either. A dialect may require more than the contract, or less. */
export const requiredFieldsFilled: Rule = (request) => {
  const { dialect } = request.options;
  const field = requiredOf(request.operation)[dialect].find((name) => !request.has(name));
  if (field === undefined) return undefined;
  const where = factsOf(request.operation).requiredIn?.[dialect]?.includes(field) ? ` on ${dialect}` : "";
  return refuse(
    "required",
    field,
    `${field} can not be empty`,
    `Give ${field}: ${request.operation} needs it${where}.`,
  );
};

const requiredOf = oncePerOperation((operation): Readonly<Record<Dialect, readonly string[]>> => {
  const { required = [], relaxed = {}, requiredIn = {} } = factsOf(operation);
  const requiredBy = (dialect: Dialect) => [
    ...required.filter((name) => !relaxed[dialect]?.includes(name)),
    ...(requiredIn[dialect] ?? []),
  ];
  return { cometapi: requiredBy("cometapi"), kling: requiredBy("kling") };
});
