import { decodeBase64, encodeBase64 } from "./base64.js";
import { createHmac, type Hmac } from "./hmac.js";

const encoder = new TextEncoder();

/** The key of a Standard-Webhooks secret. @throws RangeError where the secret is not base64, with or without `whsec_` */
export function webhookKey(secret: string): Hmac {
  const bytes = decodeBase64(secret.replace(/^whsec_/, ""));
  if (!bytes) throw new RangeError("A callback secret is not whsec_ followed by base64.");
  return createHmac(bytes);
}

/** The signed content: the body as it goes over the wire, byte for byte. */
export interface WebhookMessage {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers of Standard Webhooks, with one signature a key. */
export async function signatureHeaders(
  keys: readonly Hmac[],
  { id, timestamp, body }: WebhookMessage,
): Promise<Record<string, string>> {
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map((key) => key.sign(content)));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${encodeBase64(signature)}`).join(" "),
  };
}
