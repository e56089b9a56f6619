import { effectScenes } from "../../generated/catalogue.js";
import { own } from "../own.js";
import { doubtful, invalidValue, type Rule, refuse } from "./rule.js";

/** The expanded picture is at most three times as large. */
export const expansionIsBounded: Rule = (request) => {
  const ratio = (side: string) => request.number(`${side}_expansion_ratio`) || 0;
  const area = (1 + ratio("up") + ratio("down")) * (1 + ratio("left") + ratio("right"));
  if (area <= 3 + 1e-9) return undefined;
  const advice = `Make the ratios smaller: the picture would grow ${area.toFixed(2)} times, and 3 times is the limit.`;
  return refuse("expansion", "up_expansion_ratio", "the expanded area exceeds 3 times the original image", advice);
};

/** Scenes that were taken away, by date (what the server says to them is not on record). */
export const sceneIsServed: Rule = (request) => {
  const scene = request.text("effect_scene");
  const day = own(effectScenes.ended, scene);
  if (day === undefined || !request.hasCome(day)) return undefined;
  const advice = `The effect ${scene} was discontinued on ${day}; choose another, such as ${effectScenes.single[0]}.`;
  const finding = invalidValue({ rule: "scene-ended", field: "effect_scene", value: scene, advice });
  return request.refusesDiscontinued(true) ? finding : doubtful(finding);
};

/** Scenes on record take one picture or two; about others the server decides. */
export const sceneFitsPictures: Rule = (request) => {
  const scene = request.text("effect_scene");
  if (scene === "") return undefined;
  const isDual = [...effectScenes.dual, ...effectScenes.earlier.dual].includes(scene);
  const isOnRecord = isDual || effectScenes.single.includes(scene) || effectScenes.earlier.single.includes(scene);
  if (!isOnRecord) {
    const advice = "Choose an effect scene that is on record.";
    const finding = invalidValue({ rule: "scene", field: "effect_scene", value: scene, advice });
    return request.isAccepted("unlistedEffectScenes") ? doubtful(finding) : finding;
  }
  const [wanted, other] = isDual ? ["input.images", "input.image"] : ["input.image", "input.images"];
  if (request.has(wanted) || !request.has(other)) return undefined;
  const advice = `Give ${wanted}: ${scene} takes ${isDual ? "two pictures" : "one picture"}.`;
  return refuse("scene", wanted, `${wanted} can not be empty`, advice);
};
