import { models } from "../../generated/catalogue.js";
import type { Capability, Conditions, FeatureConditions, FeatureRule } from "../catalogue-types.js";
import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { neededIn } from "./cases.js";
import { servingModels } from "./model.js";
import { about, doubtful, invalidValue, orList, type Rule, refuse } from "./rule.js";
import { capabilityOf, type RequestView } from "./view.js";

type Use = readonly [field: string, when: Conditions];

/** The feature is used where its field is given. */
function given(field: string): Use {
  return [field, { [field]: ["*"] }];
}

/** In which fields a feature shows, and when a request uses it. Any other feature's name is its field. */
const uses: Readonly<Record<string, readonly Use[]>> = {
  startAndEndFrame: [["image_tail", { image: ["*"], image_tail: ["*"] }]],
  endFrameOnly: [["image_tail", { image: [], image_tail: ["*"] }]],
  motionBrush: [given("static_mask"), given("dynamic_masks")],
  cameraControl: [given("camera_control")],
  sound: [["sound", { sound: ["on"] }]],
  cfgScale: [given("cfg_scale")],
  multiShot: [["multi_shot", { multi_shot: ["true"] }]],
  elements: [given("element_list")],
  voices: [given("voice_list")],
  negativePrompt: [given("negative_prompt")],
  imageFidelity: [given("image_fidelity")],
  humanFidelity: [given("human_fidelity")],
};

/** Real texts (camera_control: 2025-03, sent for every model). */
const realTexts: Readonly<Record<string, string>> = {
  cameraControl: "camera_control is only supported in std mode with 5s duration and kling-v1",
};

/** Whether the catalogue says that the model has the features the request uses, with these settings. */
export function featureRules(operation: string): Rule[] {
  return featuresOf(operation).map(([feature, ways]) => {
    const rule: Rule = (request) => {
      const { capability } = request;
      const use = capability && ways.find(([, when]) => request.matches(when));
      const row = use && (own(capability.features ?? {}, feature) ?? false);
      if (!use || row === undefined || isAllowed(request, capability, settled(row))) return undefined;
      return isAllowed(request, capability, row)
        ? doubtful(describe(request, feature, use[0], settled(row)))
        : describe(request, feature, use[0], row);
    };
    const needed = ways.map(([, when]) => neededIn(operation, when));
    return needed.every((field) => field !== undefined) ? about(needed, rule) : rule;
  });
}

/** Every feature that a model of the operation names, and when a request uses it: a model without it does not have it. */
function featuresOf(operation: string): readonly (readonly [feature: string, ways: readonly Use[]])[] {
  const rows = Object.keys(models).map((name) => capabilityOf(name, operation)?.features ?? {});
  const features = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return features.map((feature) => [feature, own(uses, feature) ?? [given(feature)]]);
}

function isAllowed(request: RequestView, { modes }: Capability, rule: FeatureRule): boolean {
  if (typeof rule === "boolean") return rule;
  return alternativesOf(request, rule).some((conditions) => {
    const { mode, ...others } = conditions;
    return request.matches(modes === "any" || !mode ? others : conditions);
  });
}

/** What is certain, whatever the answers to open questions are. */
function settled(rule: FeatureRule): FeatureRule {
  return typeof rule === "boolean" ? rule : conditionsOf(rule).filter(({ open }) => open === undefined);
}

function conditionsOf(rule: Exclude<FeatureRule, boolean>): readonly FeatureConditions[] {
  return Array.isArray(rule) ? (rule as readonly FeatureConditions[]) : [rule as FeatureConditions];
}

/** The sets of conditions left when open questions are answered. */
function alternativesOf(request: RequestView, rule: FeatureRule): readonly Conditions[] {
  if (typeof rule === "boolean") return [];
  return conditionsOf(rule).flatMap(({ open, ...conditions }) =>
    open === undefined || request.isAccepted(open) ? [conditions as Conditions] : [],
  );
}

function describe(request: RequestView, feature: string, field: string, rule: FeatureRule): Finding {
  const { model } = request;
  const name = feature.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const [needs] = alternativesOf(request, rule);
  if (!needs) {
    const others = servingModels(request, (other) => {
      const theirs = capabilityOf(other, request.operation)?.features?.[feature] ?? false;
      return theirs === true || alternativesOf(request, theirs).length > 0;
    });
    const advice = `${model} does not take ${field} this way; leave it out${others ? ` or use ${others}` : ""}.`;
    return refuse(name, field, realTexts[feature] ?? `${field} is not supported by model ${model}`, advice);
  }
  const advice = `On ${model} ${field} needs ${describeConditions(needs)}; change that or leave ${field} out.`;
  // Real text for kling-v2-6 with sound in mode std.
  const mode = request.text("mode");
  if (feature === "sound" && needs.mode && !needs.mode.includes(mode))
    return invalidValue({ rule: name, field: "mode", value: mode, advice, allowed: needs.mode });
  const message = realTexts[feature] ?? `${field} is not supported by model ${model} with the given parameters`;
  return refuse(name, field, message, advice);
}

/** "mode pro, sound off, no video_list". */
function describeConditions(needs: Conditions): string {
  return Object.entries(needs)
    .map(([field, values]) => (values.length === 0 ? `no ${field}` : `${field} ${orList(values)}`))
    .join(", ");
}
