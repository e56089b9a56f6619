import type { MediaField } from "@klingkit/spec";
import { mediaFields } from "@klingkit/spec/media-fields";

type Change = (value: string, field: MediaField) => unknown;
type Json = Readonly<Record<string, unknown>>;

/** A copy of the request in which each text that stands for a picture or a sound is changed. */
export function mapMedia(family: string, body: Json, change: Change): Json {
  let mapped = body;
  for (const [path, field] of Object.entries(mediaFields[family] ?? {}))
    mapped = mapAt(mapped, path.split("."), (value) => change(value, field)) as Json;
  return mapped;
}

function mapAt(node: unknown, [step, ...rest]: readonly string[], change: (value: string) => unknown): unknown {
  if (step === undefined) return typeof node === "string" && node !== "" ? change(node) : node;
  if (step === "*") return Array.isArray(node) ? node.map((item) => mapAt(item, rest, change)) : node;
  if (node === null || typeof node !== "object" || !Object.hasOwn(node, step)) return node;
  const child = (node as Json)[step];
  const changed = mapAt(child, rest, change);
  return changed === child ? node : { ...node, [step]: changed };
}

/** Anything short that is no address is a file; base64 of a picture is always longer. */
export function isPath(value: string): boolean {
  return value.length <= 1_024 && !/^(https?|data):/i.test(value);
}
