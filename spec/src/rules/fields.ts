import { factsOf, fieldsWith } from "./facts.js";
import { invalidValue, type Rule, refuse, warn } from "./rule.js";

const gatewayLengths = fieldsWith("gatewayMaxLength");
const openValues = fieldsWith("openValues");
const clampedNumbers = fieldsWith("clamped");
const aliases = fieldsWith("aliasOf");

/** The gateway's pages state shorter limits than Kling's; they are probably stale, so a warning. */
export const promptsFitGateway: Rule = (request) => {
  if (request.options.dialect !== "cometapi") return undefined;
  return gatewayLengths(request.family).flatMap(([name, longest]) => {
    if (request.text(name).length <= longest) return [];
    const make = request.isAccepted("gatewayPromptLengths") ? warn : refuse;
    const advice = `Shorten ${name} to ${longest} characters to be safe: the gateway's page says so, unverified.`;
    return make("gateway-length", name, `${name} length exceeds ${longest}`, advice);
  });
};

/** Values that only one page knows. */
export const openValuesAccepted: Rule = (request) =>
  openValues(request.family).flatMap(([name, { values, switch: question }]) => {
    const value = request.text(name);
    if (!values.includes(value)) return [];
    const advice = `Whether ${request.family} takes ${name} ${value} is unverified; another value is safer.`;
    const finding = invalidValue("open-value", name, value, advice);
    return request.isAccepted(question) ? { ...finding, severity: "warn" as const } : finding;
  });

/** Numbers that the server moves into its range instead of refusing them. */
export const clampedNumbersInRange: Rule = (request) =>
  clampedNumbers(request.family).flatMap(([name, { minimum, maximum }]) => {
    const value = request.number(name);
    if (Number.isNaN(value) || (value >= minimum && value <= maximum)) return [];
    const advice = `Give ${name} between ${minimum} and ${maximum}; the server moves ${value} to the nearer end.`;
    return warn("clamped", name, `${name} is out of range`, advice);
  });

/** The gateway's misspellings, which Kling does not know. */
export const aliasesFitDialect: Rule = (request) =>
  aliases(request.family).flatMap(([name, aliasOf]) =>
    !request.has(name) || request.options.dialect === "cometapi"
      ? []
      : warn("misnamed", name, `${name} is ignored`, `Use ${aliasOf}: ${name} is only the gateway's spelling.`),
  );

/** `model` is taken and ignored: the default model, long retired, is used instead. */
export const modelFieldIsCurrent: Rule = (request) =>
  request.has("model") && factsOf(request.family).hasModel
    ? warn(
        "misnamed",
        "model",
        "model is ignored",
        "Use model_name: the old field model is ignored and the default model is taken.",
      )
    : undefined;
