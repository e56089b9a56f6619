import { factsOf, fieldFactsOf } from "./facts.js";
import { invalidValue, type Rule, refuse, warn } from "./rule.js";

/** The gateway's pages state shorter limits than Kling's; they are probably stale, so a warning. */
export const promptsFitGateway: Rule = (request) => {
  if (request.options.dialect !== "cometapi") return undefined;
  const make = request.isAccepted("gatewayPromptLengths") ? warn : refuse;
  return fieldFactsOf(request.family).flatMap(([name, { gatewayMaxLength = Number.POSITIVE_INFINITY }]) => {
    if (request.text(name).length <= gatewayMaxLength) return [];
    const advice = `Shorten ${name} to ${gatewayMaxLength} characters to be safe: the gateway's page says so, unverified.`;
    return make("gateway-length", name, `${name} length exceeds ${gatewayMaxLength}`, advice);
  });
};

/** Values that only one page knows. */
export const openValuesAccepted: Rule = (request) =>
  fieldFactsOf(request.family).flatMap(([name, { openValues }]) => {
    const value = request.text(name);
    if (!openValues?.values.includes(value)) return [];
    const advice = `Whether ${request.family} takes ${name} ${value} is unverified; another value is safer.`;
    const finding = invalidValue("open-value", name, value, advice);
    return request.isAccepted(openValues.switch) ? { ...finding, severity: "warn" as const } : finding;
  });

/** Numbers that the server moves into its range instead of refusing them. */
export const clampedNumbersInRange: Rule = (request) =>
  fieldFactsOf(request.family).flatMap(([name, { clamped }]) => {
    const value = request.number(name);
    if (!clamped || Number.isNaN(value) || (value >= clamped.minimum && value <= clamped.maximum)) return [];
    const advice = `Give ${name} between ${clamped.minimum} and ${clamped.maximum}; the server moves ${value} to the nearer end.`;
    return warn("clamped", name, `${name} is out of range`, advice);
  });

/** The gateway's misspellings, which Kling does not know. */
export const aliasesFitDialect: Rule = (request) =>
  fieldFactsOf(request.family).flatMap(([name, { aliasOf }]) =>
    aliasOf === undefined || !request.has(name) || request.options.dialect === "cometapi"
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
