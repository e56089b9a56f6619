import { mediaNames } from "../generated/media-names.js";
import { deepest, type Finding, firstOf, mostItems } from "./finding.js";
import { warn } from "./rules/rule.js";
import { isPublicAddress } from "./web/public-address.js";

/** An address is shorter; base64 shows within as many characters that it is none. */
const longestAddress = 2_048;
/** Nothing that is longer is taken apart: no server takes such an address. */
const longestUrl = 65_536;

/**
 * Warns of addresses that the provider can't reach: its callbacks do not arrive, and a task that can't fetch its input
 * fails later. Nothing is fetched or resolved.
 */
export function unreachableAddresses(body: unknown): Finding[] {
  return firstOf(unreachableIn(body));
}

function* unreachableIn(body: unknown): Generator<Finding> {
  for (const [field, text] of addressesIn(body, "", 0)) {
    const problem = problemOf(field, text);
    if (problem) yield warn("unreachable-address", field, `${field} ${problem}`, adviceFor(field));
  }
}

/** Every text in a field for addresses, pictures or sounds, with its place. */
function* addressesIn(node: unknown, place: string, depth: number): Generator<readonly [field: string, text: string]> {
  if (typeof node !== "object" || node === null || depth > deepest) return;
  for (const name of Object.keys(Array.isArray(node) ? node.slice(0, mostItems) : node)) {
    const value: unknown = Reflect.get(node, name);
    const field = place === "" ? name : `${place}.${name}`;
    const given: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (name.endsWith("_url") || Object.hasOwn(mediaNames, name)) {
      for (const text of given) if (typeof text === "string" && text !== "") yield [field, text];
    }
    if (typeof value === "object") yield* addressesIn(value, field, depth + 1);
  }
}

function problemOf(field: string, text: string): string | undefined {
  if (isBase64(field, text)) return undefined;
  const url = text.length <= longestUrl && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return "is not an http or https address";
  return isPublicAddress(url) ? undefined : "leads to this machine or a private network";
}

/** Data URLs are another check's matter. */
function isBase64(field: string, text: string): boolean {
  const start = text.slice(0, longestAddress);
  return !/(^|\.)(callback|video)_url$/.test(field) && (/^[A-Za-z0-9+/=\s]+$/.test(start) || /^data:/i.test(start));
}

function adviceFor(field: string): string {
  const what = `Give ${field} as a public address with https://`;
  return field.endsWith("callback_url")
    ? `${what}; to receive callbacks on this machine use a tunnel, or a simulator.`
    : `${what}, or send the file itself.`;
}
