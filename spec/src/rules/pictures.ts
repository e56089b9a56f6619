import { effectScenes } from "../../generated/catalogue.js";
import { invalidValue, type Rule, refuse } from "./rule.js";

/** The expanded picture is at most three times as large. */
export const expansionIsBounded: Rule = (request) => {
  const ratio = (side: string) => request.number(`${side}_expansion_ratio`) || 0;
  const area = (1 + ratio("up") + ratio("down")) * (1 + ratio("left") + ratio("right"));
  if (area <= 3 + 1e-9) return undefined;
  const advice = `Make the ratios smaller: the picture would grow ${area.toFixed(2)} times, and 3 times is the limit.`;
  return refuse("expansion", "up_expansion_ratio", "the expanded area exceeds 3 times the original image", advice);
};

/** Scenes on record take one picture or two; about others the server decides. */
export const sceneFitsPictures: Rule = (request) => {
  const scene = request.text("effect_scene");
  const isDual = effectScenes.dual.includes(scene);
  if (scene === "") return undefined;
  if (!isDual && !effectScenes.single.includes(scene)) {
    if (request.isAccepted("unlistedEffectScenes")) return undefined;
    return invalidValue("scene", "effect_scene", scene, "Choose an effect scene that is on record.");
  }
  const [wanted, other] = isDual ? ["input.images", "input.image"] : ["input.image", "input.images"];
  if (request.has(wanted) || !request.has(other)) return undefined;
  const advice = `Give ${wanted}: ${scene} takes ${isDual ? "two pictures" : "one picture"}.`;
  return refuse("scene", wanted, `${wanted} can not be empty`, advice);
};
