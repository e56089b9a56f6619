import { createHash } from "node:crypto";

/** Parameters of an address that sign it, so that they differ each time the same file is given. */
const signatures = /[?&](X-Amz-|X-Goog-|Signature=|sig=|token=|Expires=)/i;

/**
 * SHA-256 of a row's request: the same whatever the order of its fields, the address of its callbacks and the signatures
 * of its pictures' addresses. A file stands in it as the hash of its content.
 */
export function digestOf(family: string, { callback_url: _, ...body }: Readonly<Record<string, unknown>>): string {
  return sha256(JSON.stringify([family, canonical(body)]));
}

/**
 * The own id of one try of a row: 64 digits would be more than the provider takes. The same batch, row, request and try
 * always has the same id, on every machine, so that the provider takes it only once.
 */
export function ownIdOf(
  batch: string,
  { id, digest }: { readonly id: string; readonly digest: string },
  attempt: number,
): string {
  return `kb-${sha256(JSON.stringify([batch, id, digest, attempt])).slice(0, 40)}`;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function canonical(value: unknown): unknown {
  if (typeof value === "string")
    return /^https?:/i.test(value) && signatures.test(value) ? value.slice(0, value.indexOf("?")) : value;
  if (Array.isArray(value)) return value.map(canonical);
  if (value === null || typeof value !== "object") return value;
  const fields = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(fields.map(([name, field]) => [name, canonical(field)]));
}
