import type { Finding } from "../finding.js";
import { own } from "../own.js";
import { checkSchema } from "../validation.js";
import { casesHold } from "./cases.js";
import { countsHold } from "./counts.js";
import { oncePerFamily } from "./facts.js";
import { featuresFitModel } from "./features.js";
import * as fields from "./fields.js";
import * as frames from "./frames.js";
import * as model from "./model.js";
import * as omni from "./omni.js";
import * as pictures from "./pictures.js";
import { requiredFieldsFilled } from "./required.js";
import type { Rule } from "./rule.js";
import * as shots from "./shots.js";
import * as sounds from "./sounds.js";
import { RequestView, type RuleOptions } from "./view.js";

export type { Finding } from "../finding.js";
export { coerceTypes } from "../validation.js";
export type { OpenSwitch, RuleOptions } from "./view.js";

/** Rules of every family, in the order they are reported; they read the catalogue and tables by family. */
const everyFamily: readonly Rule[] = [
  requiredFieldsFilled,
  model.modelIsOfFamily,
  model.modelIsServed,
  model.parentFitsFamily,
  model.modeFitsModel,
  model.durationFitsModel,
  model.valuesFitModel,
  featuresFitModel,
  casesHold,
  countsHold,
  frames.oneControlOnly,
  frames.cameraConfigIsWhole,
  shots.shotsFillTheVideo,
  shots.placeholdersAreGiven,
  fields.openValuesAccepted,
  fields.clampedNumbersInRange,
  fields.aliasesFitDialect,
  fields.modelFieldIsCurrent,
  fields.promptsFitGateway,
];

/** Rules that are no table, by family. */
const ownRules: Readonly<Record<string, readonly Rule[]>> = {
  omniVideo: [omni.framesFit, omni.durationFitsReferences, omni.shapeIsGiven],
  effects: [pictures.sceneFitsPictures],
  advancedLipSync: [sounds.croppedSoundsFit],
  videoExtend: [model.parentMayBeGone],
  expand: [pictures.expansionIsBounded],
  tts: [sounds.voiceSpeaksLanguage],
  textToAudio: [sounds.durationHasOneDecimal],
};

/**
 * Checks a create's or a call's body against the contract: first the schema, then, where the schema fits, the rules no
 * schema can express. The simulator refuses with the first refusal; the client's pre-flight shows it before a credit is
 * spent.
 * @returns findings, refusals and warnings; empty when nothing is wrong
 */
export function checkRequest(family: string, body: unknown, options: RuleOptions): Finding[] {
  const faults = checkSchema(family, body, options.dialect);
  return faults.length > 0 ? faults : checkRules(family, body, options);
}

const rulesOf = oncePerFamily((family): readonly Rule[] => [...everyFamily, ...(own(ownRules, family) ?? [])]);

/** The rules alone, without the schema. */
export function checkRules(family: string, body: unknown, options: RuleOptions): Finding[] {
  const request = new RequestView(family, body, options);
  const findings: Finding[] = [];
  for (const rule of rulesOf(family)) {
    const found = rule(request);
    if (!Array.isArray(found)) {
      if (found) findings.push(found as Finding);
    } else if (found.length > 0) findings.push(...found);
  }
  return findings;
}
