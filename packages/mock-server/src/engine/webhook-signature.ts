const encoder = new TextEncoder();

/** The bytes of a Standard-Webhooks secret. @throws RangeError where it is not base64 (after `whsec_`) */
export function webhookKey(secret: string): Uint8Array<ArrayBuffer> {
  const base64 = secret.replace(/^whsec_/, "");
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(base64) || base64 === "")
    throw new RangeError("A callback secret is not whsec_ followed by base64.");
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** What is signed: the body as it goes over the wire, not as it could be written again. */
export interface WebhookMessage {
  readonly id: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly body: string;
}

/** The three headers of Standard Webhooks, with one signature a key. */
export async function signatureHeaders(
  keys: readonly Uint8Array<ArrayBuffer>[],
  { id, timestamp, body }: WebhookMessage,
): Promise<Record<string, string>> {
  const content = encoder.encode(`${id}.${timestamp}.${body}`);
  const signatures = await Promise.all(keys.map((key) => sign(key, content)));
  return {
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signatures.map((signature) => `v1,${signature}`).join(" "),
  };
}

async function sign(bytes: Uint8Array<ArrayBuffer>, content: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return btoa(String.fromCharCode(...new Uint8Array(await crypto.subtle.sign("HMAC", key, content))));
}
