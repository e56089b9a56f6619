import { InputError } from "@klingkit/core";
import type { ImageLimits, RequestField } from "@klingkit/spec";
import { Option } from "commander";
import { kebabCase } from "./names.js";

/** Sent where no model is named, because the server's own default is switched off. */
export const defaultModel = "kling-v2-6";

/** Whether the flag takes a file whose bytes go into the request. */
export function takesFile({ name, image, audio }: RequestField): boolean {
  return image !== undefined || (audio !== undefined && !name.endsWith("_url"));
}

/** The flag for a field: name, choices and help from the contract. */
export function fieldOption(field: RequestField): Option {
  const flag = `--${kebabCase(field.name)}`;
  const value = takesFile(field) ? "file" : field.type === "string" ? "text" : "number";
  const option = new Option(field.type === "boolean" ? flag : `${flag} <${value}>`, describe(field));
  return field.closed && field.values ? option.choices(field.values) : option;
}

/** A flag's text as the field's type. @throws InputError where it is no number and should be one */
export function convert(field: RequestField, value: unknown): unknown {
  if (field.type !== "number" && field.type !== "integer") return value;
  const number = Number(value);
  if (String(value).trim() !== "" && Number.isFinite(number)) return number;
  throw new InputError(`--${kebabCase(field.name)} is "${value}".`, "Give a number.");
}

/** The contract's own words, its limits, and the names known today. */
function describe(field: RequestField): string {
  const parts = [flagWords(field)];
  if (field.minimum !== undefined && field.maximum !== undefined)
    parts.push(`From ${field.minimum} to ${field.maximum}.`);
  if (field.maxLength !== undefined) parts.push(`At most ${field.maxLength} characters.`);
  const served = servedValues(field);
  if (served && served.length > 0 && !field.closed) parts.push(`Known: ${someOf(served)}.`);
  if (field.name === "model_name" && served?.includes(defaultModel)) parts.push(`Default: ${defaultModel}.`);
  else if (field.default !== undefined) parts.push(`Default: ${field.default}.`);
  return parts.filter((part) => part !== "").join(" ");
}

/** The values known today that are still served; undefined where any text will do. */
export function servedValues({ values, discontinuedValues }: RequestField): readonly string[] | undefined {
  return values?.filter((value) => !discontinuedValues?.includes(value));
}

/** No more than help has room for. */
function someOf(values: readonly string[]): string {
  const most = 12;
  if (values.length <= most) return values.join(", ");
  return `${values.slice(0, most).join(", ")} and ${values.length - most} more, in klingkit schema`;
}

/** The contract speaks of JSON; a flag takes text and files. */
function flagWords(field: RequestField): string {
  const sentences = (field.description ?? "")
    .replaceAll(/(, as|; a number here, not) a string/g, "")
    .split(/(?<=\.) /)
    .filter((sentence) => !/on the wire|always send one|The old field/.test(sentence));
  if (!takesFile(field)) return sentences.join(" ");
  const own = sentences.filter((sentence) => !/base64|JPEG/.test(sentence));
  return [field.image ? pictureWords(field.image) : "Sound file, or an address.", ...own].join(" ");
}

function pictureWords({ formats, maxBytes, minSide, maxSide, minRatio, maxRatio }: ImageLimits): string {
  const limits = [`at most ${maxBytes / 1_048_576} MB`];
  if (minSide !== undefined)
    limits.push(maxSide ? `sides ${minSide} to ${maxSide} pixels` : `each side at least ${minSide} pixels`);
  if (minRatio && maxRatio) limits.push(`ratio between 1:${1 / minRatio} and ${maxRatio}:1`);
  return `${formats.join(" or ").toUpperCase().replace(" OR ", " or ")} file, or an address; ${limits.join(", ")}.`;
}
