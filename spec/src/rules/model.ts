import { discontinuedRoutes, modelAliases, models } from "../../generated/catalogue.js";
import { type Finding, shown } from "../finding.js";
import { own } from "../own.js";
import { oncePerOperation } from "./facts.js";
import { doubtful, invalidValue, orList, type Rule, refuse } from "./rule.js";
import { capabilityOf, type RequestView } from "./view.js";

/** The model must serve this operation and not be a known misspelling. An unknown name may be new, so it is only a warning. */
export const modelIsOfFamily: Rule = (request) => {
  if (request.capability) return undefined;
  const field = `${request.prefix}model_name`;
  const { model, operation } = request;
  const known = modelsOf(operation);
  if (!request.has(field) || known.length === 0) return undefined;
  const meant = meantModel(model);
  const instead = `use ${meant && capabilityOf(meant, operation) ? meant : orList(known)}`;
  const reason = meant ? `There is no ${shown(model)}` : `${shown(model)} is not a model of ${operation}`;
  const finding: Finding = {
    ...invalidValue({ rule: "model-of-family", field, value: model, advice: `${reason}; ${instead}.` }),
    situation: "unknown-model",
  };
  if (meant || own(models, model)) return finding;
  return { ...finding, rule: "model-unknown", severity: "warn" };
};

/** Models that were discontinued (real text of text2video, 2026-09). */
export const modelIsServed: Rule = (request) => {
  const day = request.capability?.discontinued;
  if (day === undefined || !request.hasCome(day) || routeIsGone(request)) return undefined;
  const field = `${request.prefix}model_name`;
  const served = servedModels(request.operation);
  const instead = served.length > 0 ? `use ${orList(served)}` : `no model of ${request.operation} is left`;
  const finding: Finding = {
    ...refuse(
      "model-discontinued",
      field,
      `The model '${request.model}' has been discontinued and is no longer available.`,
      `${request.model} was discontinued on ${day}; ${instead}.`,
    ),
    situation: "discontinued-model",
  };
  return request.refusesDiscontinued(request.has(field)) ? finding : doubtful(finding);
};

/** Routes that were discontinued, whatever the model (real text of multi-image2video). */
export const routeIsServed: Rule = (request) => {
  const day = routeIsGone(request);
  if (day === undefined) return undefined;
  const field = `${request.prefix}model_name`;
  const advice = `${request.operation} was discontinued on ${day}; no model of it is left.`;
  const finding: Finding = {
    ...refuse("route-discontinued", field, "This API is no longer available", advice),
    situation: "discontinued-route",
  };
  return request.refusesDiscontinued(request.has(field)) ? finding : doubtful(finding);
};

/** The day on which the operation's route was switched off, once it has come. */
function routeIsGone(request: RequestView): string | undefined {
  const day = own(discontinuedRoutes, request.operation);
  return day !== undefined && request.hasCome(day) ? day : undefined;
}

/** A request can only continue a video whose model allows that. */
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
  const advice = `${request.model} takes mode ${orList(modes)}; choose one of these.`;
  return invalidValue({ rule: "mode-of-model", field, value: mode, advice, allowed: modes });
};

export const durationFitsModel: Rule = (request) => {
  const field = `${request.prefix}duration`;
  const { durations, openDurations, durationIgnored } = request.capability ?? {};
  const duration = request.text(field);
  if (!durations || duration === "" || durations.includes(duration)) return undefined;
  if (durationIgnored && request.matches(durationIgnored)) return undefined;
  const advice = `${request.model} makes videos of ${orList(durations)} seconds; choose one of these.`;
  const finding = invalidValue({ rule: "duration-of-model", field, value: duration, advice, allowed: durations });
  const isOpen = openDurations?.durations.includes(duration) && request.isAccepted(openDurations.switch);
  return isOpen ? doubtful(finding) : finding;
};

/** Other fields whose values the catalogue lists for the model. */
export const valuesFitModel: Rule = (request) => {
  const { values } = request.capability ?? {};
  if (values === undefined) return undefined;
  return Object.entries(values).flatMap(([field, allowed]) => {
    const value = request.text(field);
    if (value === "" || allowed.includes(value)) return [];
    const advice = `${request.model} takes ${field} ${orList(allowed)}; choose one of these.`;
    return invalidValue({ rule: "value-of-model", field, value, advice, allowed });
  });
};

/** The models of the operation that are still served. */
const servedModels = oncePerOperation((operation): readonly string[] =>
  allModels(operation).filter((name) => capabilityOf(name, operation)?.discontinued === undefined),
);

/** The models to choose from: the discontinued ones where no other is left. */
function modelsOf(operation: string): readonly string[] {
  const served = servedModels(operation);
  return served.length > 0 ? served : allModels(operation);
}

function allModels(operation: string): string[] {
  return Object.keys(models).filter((name) => capabilityOf(name, operation));
}

/** The model that a known misspelling stands for. */
function meantModel(name: string): string | undefined {
  const bare = name.replace(/-(?:t2v|i2v|motion-control)$/, "");
  return own(modelAliases, bare) ?? (bare !== name && own(models, bare) ? bare : undefined);
}

/** "kling-v3 or kling-v2-6": the models still served that meet a condition; "" for none. */
export function servingModels(request: RequestView, holds: (model: string) => boolean): string {
  return orList(servedModels(request.operation).filter(holds));
}
