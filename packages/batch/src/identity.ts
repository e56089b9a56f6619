import { hash } from "node:crypto";
import { canonicalRequest } from "@klingkit/core";

/** SHA-256 of a row's family and request. A file stands in the request as the hash of its content. */
export function digestOf(family: string, body: Readonly<Record<string, unknown>>): string {
  return sha256(`${family} ${canonicalRequest(body)}`);
}

/**
 * The own id of one attempt of a row. The same batch, row, request and attempt has the same id on every machine, so that the
 * provider takes it only once. 40 digits of the hash, because the provider takes ids of at most 64 characters.
 */
export function ownIdOf(
  batch: string,
  { id, digest }: { readonly id: string; readonly digest: string },
  attempt: number,
): string {
  return `kb-${sha256(JSON.stringify([batch, id, digest, attempt])).slice(0, 40)}`;
}

/** SHA-256 as hexadecimal digits: of a text, or of a file's content. */
export function sha256(content: string | Uint8Array): string {
  return hash("sha256", content);
}
