import { factsOf } from "./facts.js";
import { type Rule, refuse } from "./rule.js";

/** A required field may not be empty either. A dialect may require more than the contract, or less. */
export const requiredFieldsFilled: Rule = (request) => {
  const { required = [], relaxed = {}, requiredIn = {} } = factsOf(request.family);
  const { dialect } = request.options;
  const isMissing = (name: string) => !request.has(name);
  const field =
    required.find((name) => isMissing(name) && !relaxed[dialect]?.includes(name)) ??
    requiredIn[dialect]?.find(isMissing);
  if (field === undefined) return undefined;
  const where = requiredIn[dialect]?.includes(field) ? ` on ${dialect}` : "";
  return refuse("required", field, `${field} can not be empty`, `Give ${field}: ${request.family} needs it${where}.`);
};
