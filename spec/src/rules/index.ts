import { profiles } from "../../generated/profiles.js";
import type { Finding } from "../finding.js";
import { checkSchema } from "../validation.js";
import * as content from "./content.js";
import * as frames from "./frames.js";
import * as model from "./model.js";
import { type Rule, refuse } from "./rule.js";
import { RequestView, type RuleOptions } from "./view.js";

export type { Finding } from "../finding.js";
export { coerceTypes } from "../validation.js";
export type { OpenSwitch, RuleOptions } from "./view.js";

/** A required field may not be empty either; an empty string counts as absent. */
const requiredFieldsFilled: Rule = (request) => {
  for (const field of profiles[request.family]?.requiredFields ?? []) {
    const relaxed = profiles[request.family]?.relaxed[request.options.dialect]?.includes(field);
    if (!relaxed && !request.has(field))
      return refuse("required", field, `${field} can not be empty`, `Give ${field}.`);
  }
  return undefined;
};

const everyFamily: readonly Rule[] = [
  requiredFieldsFilled,
  model.modelIsOfFamily,
  model.modelIsServed,
  content.promptsFitGateway,
];

/** Rules no schema can express, by family, in the order they are reported. */
const rulesOf: Readonly<Record<string, readonly Rule[]>> = {
  image2video: [
    frames.someFrameGiven,
    model.modeFitsModel,
    model.durationFitsModel,
    frames.oneControlOnly,
    frames.endFrameFitsModel,
    frames.motionBrushFitsModel,
    frames.cameraControlFitsModel,
    frames.cameraConfigIsWhole,
    content.soundFitsModel,
    content.elementsExcludeVoices,
    content.voicesNeedSound,
    content.elementsFitModel,
    content.cfgScaleFitsModel,
    content.multiShotFitsModel,
    content.shotsFillTheVideo,
  ],
};

/**
 * Checks a create's body against the contract: first the schema, then, where the schema fits, the rules no schema
 * can express. The simulator refuses with the first refusal; the client's pre-flight shows it before a credit is spent.
 * @returns findings, refusals and warnings; empty when nothing is wrong
 */
export function checkRequest(family: string, body: unknown, options: RuleOptions): Finding[] {
  const faults = checkSchema(family, body, options.dialect);
  if (faults.length > 0 || body === null || typeof body !== "object") return faults;
  const request = new RequestView(family, body as Readonly<Record<string, unknown>>, options);
  return [...everyFamily, ...(rulesOf[family] ?? [])].flatMap((rule) => rule(request) ?? []);
}
