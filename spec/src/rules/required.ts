import { factsOf } from "./facts.js";
import { type Rule, refuse } from "./rule.js";

/** A required field may not be empty either. A dialect may require more than the contract, or less. */
export const requiredFieldsFilled: Rule = (request) => {
  const { required = [], relaxed = {}, requiredIn = {} } = factsOf(request.family);
  const { dialect } = request.options;
  const field = [...required.filter((name) => !relaxed[dialect]?.includes(name)), ...(requiredIn[dialect] ?? [])].find(
    (name) => !request.has(name),
  );
  if (field === undefined) return undefined;
  const where = requiredIn[dialect]?.includes(field) ? ` on ${dialect}` : "";
  return refuse("required", field, `${field} can not be empty`, `Give ${field}: ${request.family} needs it${where}.`);
};
