import { about, refuse } from "./rule.js";

const controls = [
  ["image_tail", ["image_tail"]],
  ["static_mask/dynamic_masks", ["static_mask", "dynamic_masks"]],
  ["camera_control", ["camera_control"]],
] as const;

/** End frame, motion brush and camera movement exclude each other. */
export const oneControlOnly = about(
  controls.flatMap(([, fields]) => fields),
  (request) => {
    const given = controls.filter(([, fields]) => fields.some((field) => request.has(field)));
    const field = given[1]?.[1].find((name) => request.has(name));
    if (field === undefined) return undefined;
    const names = given.map(([name]) => name);
    const message = `${names.join(" and ")} can not be used together`;
    const advice = `Keep one of ${names.join(", ")}: each steers the movement by itself.`;
    return refuse("one-control", field, message, advice);
  },
);

/** `simple` moves along exactly one axis; a preset takes no configuration. */
export const cameraConfigIsWhole = about(["camera_control"], (request) => {
  const type = request.text("camera_control.type");
  if (type === "") return undefined;
  const field = "camera_control.config";
  const config = request.get(field);
  if (type !== "simple") {
    if (config === undefined) return undefined;
    const message = `${field} must be empty for type '${type}'`;
    return refuse("camera-config", field, message, `Leave config out: the preset ${type} fixes the movement.`);
  }
  const moved = Object.values(config ?? {}).filter((value) => typeof value === "number" && value !== 0).length;
  if (moved === 1) return undefined;
  return refuse(
    "camera-config",
    field,
    `${field} is invalid`,
    "Set exactly one of the six values of config to something other than 0.",
  );
});
