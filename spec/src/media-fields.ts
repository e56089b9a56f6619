import { mediaFields } from "../generated/media-fields.js";
import type { MediaField } from "./operation.js";

export type { MediaFieldName } from "../generated/media-fields.js";
export { mediaFields };

type Body = Readonly<Record<string, unknown>>;
/** @param place where the value stands, such as `image_list[0].image` */
export type ChangeMedia = (value: unknown, place: string, field: MediaField) => unknown;

/**
 * A copy of a request in which each picture and sound is replaced by what `change` returns; the request itself where
 * nothing was replaced.
 */
export function changeMedia(operation: string, body: Body, change: ChangeMedia): Body {
  let changed = body;
  for (const [path, field] of Object.entries(mediaFields[operation] ?? {}))
    changed = changeAt(changed, path.split("."), (value, place) => change(value, place, field), "") as Body;
  return changed;
}

function changeAt(
  node: unknown,
  [step, ...rest]: readonly string[],
  change: (value: unknown, place: string) => unknown,
  place: string,
): unknown {
  if (node === undefined || node === null) return node;
  if (step === undefined) return change(node, place);
  if (step === "*") {
    if (!Array.isArray(node)) return node;
    const items = node.map((item, index) => changeAt(item, rest, change, `${place}[${index}]`));
    return items.every((item, index) => item === node[index]) ? node : items;
  }
  if (typeof node !== "object" || !Object.hasOwn(node, step)) return node;
  const child = (node as Body)[step];
  const changed = changeAt(child, rest, change, place === "" ? step : `${place}.${step}`);
  return changed === child ? node : { ...node, [step]: changed };
}
