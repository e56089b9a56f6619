import { modelAliases, models } from "../../generated/catalogue.js";
import type { Finding } from "../finding.js";
import { type Rule, refuse, warn } from "./rule.js";
import type { RequestView } from "./view.js";

/** The model's name: of this family, not a known misspelling, not switched off. */
export const modelIsOfFamily: Rule = (request) => {
  if (!request.has("model_name") || request.capability) return undefined;
  const { model, family } = request;
  const meant = modelAliases[model];
  if (meant) return unknownModel(model, `There is no ${model}; use ${meant}.`);
  if (models[model]) {
    return unknownModel(model, `${model} belongs to another family; for ${family} use one of ${knownModels(family)}.`);
  }
  const advice = `${model} is not a name klingkit knows for ${family}; known are ${knownModels(family)}.`;
  return { ...unknownModel(model, advice), rule: "model-unknown", severity: "warn" };
};

/** Models switched off upstream: a warning, or a refusal where the caller asked for it. */
export const modelIsServed: Rule = (request) => {
  const retired = models[request.model]?.retired;
  if (typeof retired !== "string" || !request.capability) return undefined;
  const advice = `${request.model} was switched off on ${retired}; use one of ${knownModels(request.family)}.`;
  const finding = warn("model-retired", "model_name", "model is not supported", advice);
  return request.options.retiredModels === "refuse"
    ? { ...finding, severity: "refuse", situation: "unknown-model" }
    : finding;
};

export const modeFitsModel: Rule = (request) => {
  const modes = request.capability?.modes;
  const mode = request.text("mode");
  if (!modes || modes === "any" || modes.includes(mode)) return undefined;
  return refuse(
    "mode-of-model",
    "mode",
    `mode value '${mode}' is invalid`,
    `${request.model} takes mode ${modes.join(" or ")}.`,
  );
};

export const durationFitsModel: Rule = (request) => {
  const capability = request.capability;
  const duration = request.text("duration");
  if (!capability || capability.durations.includes(duration) || isOpenDuration(request, duration)) return undefined;
  const advice = `${request.model} takes a duration of ${capability.durations.join(", ")} seconds.`;
  return refuse("duration-of-model", "duration", `duration value '${duration}' is invalid`, advice);
};

function isOpenDuration(request: RequestView, duration: string): boolean {
  const open = request.capability?.openDurations;
  return open?.durations.includes(duration) === true && request.isOpenAccepted(open.switch);
}

function unknownModel(model: string, advice: string): Finding {
  return {
    rule: "model-of-family",
    field: "model_name",
    message: `model_name value '${model}' is invalid`,
    advice,
    severity: "refuse",
    situation: "unknown-model",
  };
}

/** Names to offer: those still served. */
function knownModels(family: string): string {
  return Object.entries(models)
    .filter(([, row]) => typeof row[family] === "object" && row.retired === undefined)
    .map(([name]) => name)
    .join(", ");
}
