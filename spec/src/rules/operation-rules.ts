import { own } from "../own.js";
import { caseRules } from "./cases.js";
import { countRules } from "./counts.js";
import { featureRules } from "./features.js";
import * as fields from "./fields.js";
import * as frames from "./frames.js";
import * as model from "./model.js";
import * as omni from "./omni.js";
import * as pictures from "./pictures.js";
import { requiredFieldsFilled } from "./required.js";
import type { Rule } from "./rule.js";
import * as shots from "./shots.js";
import * as sounds from "./sounds.js";

/** Rules that no table holds, by operation. */
const ownRules: Readonly<Record<string, readonly Rule[]>> = {
  omniVideo: [omni.framesFit, omni.durationFitsReferences, omni.shapeIsGiven],
  effects: [pictures.sceneIsServed, pictures.sceneFitsPictures],
  advancedLipSync: [sounds.croppedSoundsFit],
  expand: [pictures.expansionIsBounded],
  tts: [sounds.voiceSpeaksLanguage],
  textToAudio: [sounds.durationHasOneDecimal],
};

/** An operation's rules, in the order they are reported. */
export function rulesOf(operation: string): Rule[] {
  return [
    requiredFieldsFilled,
    model.modelIsOfFamily,
    model.modelIsServed,
    model.routeIsServed,
    model.parentFitsFamily,
    model.modeFitsModel,
    model.durationFitsModel,
    model.valuesFitModel,
    ...featureRules(operation),
    ...caseRules(operation),
    ...countRules(operation),
    frames.oneControlOnly,
    frames.cameraConfigIsWhole,
    shots.shotsFillTheVideo,
    shots.placeholdersAreGiven,
    ...fields.openValuesAccepted(operation),
    ...fields.clampedNumbersInRange(operation),
    ...fields.aliasesFitDialect(operation),
    fields.videoIsAnAddress,
    fields.modelFieldIsCurrent,
    ...fields.promptsFitGateway(operation),
    ...(own(ownRules, operation) ?? []),
  ];
}
