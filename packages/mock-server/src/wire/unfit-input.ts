import { taskFailures } from "@klingkit/spec/catalogue";
import { base64Bytes, checkPicture } from "@klingkit/spec/picture";
import { isPublicAddress } from "@klingkit/spec/web";
import type { Body } from "./body.js";
import type { Exchange } from "./exchange.js";
import { isPrompt, picturesIn } from "./field-roles.js";
import type { MockAnswer } from "./http.js";
import type { Some } from "./parts.js";
import { readUrl } from "./url.js";

/** Why an accepted task fails soon: a picture that is unfit, or an address that can't be fetched; undefined for neither. */
export function unfitInput(exchange: Exchange<"options">, name: string, body: Body): string | undefined {
  const picture = unfitPicture(name, body);
  if (picture) return textOf(picture.isTooSmall ? "image-too-small" : "image-invalid");
  return canFetchAll(exchange, body) ? undefined : textOf("input-unreachable");
}

/** Pictures in the request that are no base64 at all are refused at once; unfit ones only where the option says so. */
export function refusePictures(parts: Some<"options" | "refusals">, name: string, body: Body): MockAnswer | undefined {
  for (const { value } of picturesIn(name, body))
    if (!base64Bytes(value)) return parts.refusals.of("invalid-parameter", { reason: textOf("input-unreadable") });
  const unfit = parts.options.unfitPictures === "refuse" ? unfitPicture(name, body) : undefined;
  if (!unfit) return undefined;
  return parts.refusals.of("invalid-parameter", { reason: `${unfit.field} is invalid: it ${unfit.what}` });
}

/** The first picture in the request that is not as it must be. Pictures behind an address are not fetched. */
function unfitPicture(name: string, body: Body) {
  for (const { field, value, limits } of picturesIn(name, body)) {
    const bytes = base64Bytes(value);
    const problem = bytes && checkPicture(bytes, limits);
    if (problem) return { field, ...problem };
  }
  return undefined;
}

/** The recorded text of a failure. */
function textOf(name: string): string {
  return taskFailures.find((row) => row.name === name)?.text ?? "";
}

/** Whether every address in the request leads to where the provider could fetch it, by its name alone. */
function canFetchAll(exchange: Exchange<"options">, body: Body): boolean {
  return everyAddress(body, (address) => isPublicAddress(address) || isOwn(exchange, address));
}

function isOwn({ parts, request }: Exchange<"options">, { host }: URL): boolean {
  return [request.origin, parts.options.publicUrl ?? request.origin].some((own) => hostOf(own) === host);
}

function hostOf(address: string): string {
  return readUrl(address)?.host ?? "";
}

/** Whether all addresses of pictures, videos and sounds fit, nested ones too. Leaves out texts and the callback's address. */
function everyAddress(value: unknown, fits: (address: URL) => boolean, name = ""): boolean {
  if (name === "callback_url" || isPrompt(name)) return true;
  if (typeof value === "string") {
    const address = /^https?:\/\//i.test(value) ? readUrl(value) : undefined;
    return address === undefined || fits(address);
  }
  if (typeof value !== "object" || value === null) return true;
  if (Array.isArray(value)) return value.every((item) => everyAddress(item, fits, name));
  for (const [key, child] of Object.entries(value)) if (!everyAddress(child, fits, key)) return false;
  return true;
}
