import { decodeBase64, type Hmac } from "@klingkit/spec/web";
import { concatBytes } from "../lib/concat-bytes.js";

/** Why a signature does not pass. */
export type SignatureFault = "missing-signature" | "bad-timestamp" | "stale-timestamp" | "wrong-signature";

export interface SignatureCheck {
  readonly headers: Headers;
  /** The body as it came. */
  readonly body: Uint8Array<ArrayBuffer>;
  readonly keys: readonly Hmac[];
  /** Unix milliseconds. */
  readonly now: number;
  /** How far the timestamp may be off, both ways, in milliseconds. */
  readonly toleranceMs: number;
}

/** More signatures than any rotation has are not worth the work. */
const mostSignatures = 16;

/** Checks Standard-Webhooks headers: one good signature by one of the secrets will do. Undefined when all is well. */
export async function signatureFault(check: SignatureCheck): Promise<SignatureFault | undefined> {
  const { headers, body, keys, now, toleranceMs } = check;
  const id = headers.get("webhook-id");
  const timestamp = headers.get("webhook-timestamp");
  const signatures = headers.get("webhook-signature");
  if (!id || !timestamp || !signatures) return "missing-signature";
  if (!/^\d{1,12}$/.test(timestamp)) return "bad-timestamp";
  if (Math.abs(now - Number(timestamp) * 1000) > toleranceMs) return "stale-timestamp";
  const content = concatBytes([new TextEncoder().encode(`${id}.${timestamp}.`), body]);
  const answers = await Promise.all(
    candidates(signatures).flatMap((signature) => keys.map((key) => key.verify(signature, content))),
  );
  return answers.includes(true) ? undefined : "wrong-signature";
}

/** The bytes of each `v1,<base64>`; other versions are somebody else's. */
function candidates(header: string): readonly Uint8Array<ArrayBuffer>[] {
  const texts = header.split(" ").filter((part) => part.startsWith("v1,"));
  return texts.slice(0, mostSignatures).flatMap((text) => decodeBase64(text.slice("v1,".length)) ?? []);
}
