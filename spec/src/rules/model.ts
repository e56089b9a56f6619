import { modelAliases, models } from "../../generated/catalogue.js";
import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { oncePerOperation } from "./facts.js";
import { invalidValue, orList, type Rule, refuse, warn } from "./rule.js";
import { capabilityOf, type RequestView } from "./view.js";

/** The model's name: of this operation, not a known misspelling. A name nobody knows may be new, so only a warning. */
export const modelIsOfFamily: Rule = (request) => {
  if (request.capability) return undefined;
  const field = `${request.prefix}model_name`;
  const { model, operation } = request;
  const known = modelsOf(operation);
  if (!request.has(field) || known.length === 0) return undefined;
  const meant = meantModel(model);
  const instead = `use ${meant && capabilityOf(meant, operation) ? meant : orList(known)}`;
  const reason = meant ? `There is no ${model}` : `${model} is not a model of ${operation}`;
  const finding: Finding = {
    ...invalidValue("model-of-family", field, model, `${reason}; ${instead}.`),
    situation: "unknown-model",
  };
  if (meant || own(models, model)) return finding;
  return { ...finding, rule: "model-unknown", severity: "warn" };
};

/** Models switched off upstream: a warning, or a refusal where the caller asked for it. */
export const modelIsServed: Rule = (request) => {
  const retired = request.capability?.retired;
  if (retired === undefined) return undefined;
  const field = request.options.parentModel === request.model ? "video_id" : `${request.prefix}model_name`;
  const serving = modelsOf(request.operation).filter((name) => !capabilityOf(name, request.operation)?.retired);
  const instead = serving.length > 0 ? `use ${orList(serving)}` : `no model of ${request.operation} is left`;
  const advice = `${request.model} was switched off on ${retired}; ${instead}.`;
  const finding = warn("model-retired", field, "model is not supported", advice);
  if (request.options.retiredModels !== "refuse") return finding;
  return { ...finding, severity: "refuse", situation: "unknown-model" };
};

/** What a request continues must come from a model that can be continued. */
export const parentFitsFamily: Rule = (request) => {
  const { parentModel } = request.options;
  if (parentModel === undefined || capabilityOf(parentModel, request.operation)) return undefined;
  const known = modelsOf(request.operation);
  if (known.length === 0) return undefined;
  const advice = `Videos of ${parentModel} can not be continued; the video must come from ${orList(known)}.`;
  return refuse("parent-model", "video_id", "video_id is not supported", advice);
};

export const modeFitsModel: Rule = (request) => {
  const field = `${request.prefix}mode`;
  const modes = request.capability?.modes ?? "any";
  const mode = request.text(field);
  if (modes === "any" || mode === "" || modes.includes(mode)) return undefined;
  return invalidValue(
    "mode-of-model",
    field,
    mode,
    `${request.model} takes mode ${orList(modes)}; choose one of these.`,
  );
};

export const durationFitsModel: Rule = (request) => {
  const field = `${request.prefix}duration`;
  const { durations, openDurations, durationIgnored } = request.capability ?? {};
  const duration = request.text(field);
  if (!durations || duration === "" || durations.includes(duration)) return undefined;
  if (durationIgnored && request.matches(durationIgnored)) return undefined;
  if (openDurations?.durations.includes(duration) && request.isAccepted(openDurations.switch)) return undefined;
  const advice = `${request.model} makes videos of ${orList(durations)} seconds; choose one of these.`;
  return invalidValue("duration-of-model", field, duration, advice);
};

/** Other fields whose values the catalogue lists for the model. */
export const valuesFitModel: Rule = (request) => {
  const { values } = request.capability ?? {};
  if (values === undefined) return undefined;
  return Object.entries(values).flatMap(([field, allowed]) => {
    const value = request.text(field);
    if (value === "" || allowed.includes(value)) return [];
    const advice = `${request.model} takes ${field} ${orList(allowed)}; choose one of these.`;
    return invalidValue("value-of-model", field, value, advice);
  });
};

/** Models of the operation, those still served first asked for; the retired ones only where none is left. */
const modelsOf = oncePerOperation((operation): readonly string[] => {
  const all = Object.keys(models).filter((name) => capabilityOf(name, operation));
  const serving = all.filter((name) => !capabilityOf(name, operation)?.retired);
  return serving.length > 0 ? serving : all;
});

/** The model that a known misspelling stands for. */
function meantModel(name: string): string | undefined {
  const bare = name.replace(/-(?:t2v|i2v|motion-control)$/, "");
  return own(modelAliases, bare) ?? (bare !== name && own(models, bare) ? bare : undefined);
}

/** "kling-v3 or kling-v2-6": the models still served for which something holds; "" for none. */
export function servingModels(request: RequestView, holds: (model: string) => boolean): string {
  return orList(
    modelsOf(request.operation).filter((name) => !capabilityOf(name, request.operation)?.retired && holds(name)),
  );
}

/** Every model whose videos can be continued is retired; with the parent's model known, `modelIsServed` says so. */
export const parentMayBeGone: Rule = (request) => {
  const known = modelsOf(request.operation);
  if (request.model !== "" || known.some((name) => !capabilityOf(name, request.operation)?.retired)) return undefined;
  const advice = `Check the parent: only videos of ${orList(known)} can be continued, and these models were switched off.`;
  return warn("parent-model", "video_id", "video_id is not supported", advice);
};
