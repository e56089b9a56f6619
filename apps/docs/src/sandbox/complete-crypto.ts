import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/**
 * Gives the sandbox what browsers keep for secure contexts, which a frame without an origin is not: random UUIDs, and
 * HMAC with SHA-256, by which callbacks and tokens are signed. Nothing here guards a secret: it is a stand-in for a page.
 */
export function completeCrypto(): void {
  if (typeof crypto.randomUUID !== "function") Object.defineProperty(crypto, "randomUUID", { value: randomUuid });
  if (!crypto.subtle) Object.defineProperty(crypto, "subtle", { value: { importKey, sign, verify, digest } });
}

/** Version 4, as in RFC 9562. */
function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => {
    const marked = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return marked.toString(16).padStart(2, "0");
  }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

async function importKey(_format: "raw", bytes: BufferSource): Promise<Uint8Array> {
  return toBytes(bytes);
}

async function sign(_algorithm: "HMAC", key: Uint8Array, content: BufferSource): Promise<ArrayBuffer> {
  return Uint8Array.from(hmac(sha256, key, toBytes(content))).buffer;
}

async function verify(
  algorithm: "HMAC",
  key: Uint8Array,
  ...[signature, content]: [BufferSource, BufferSource]
): Promise<boolean> {
  const expected = new Uint8Array(await sign(algorithm, key, content));
  const given = toBytes(signature);
  return given.length === expected.length && given.every((byte, index) => byte === expected[index]);
}

async function digest(_algorithm: "SHA-256", content: BufferSource): Promise<ArrayBuffer> {
  return Uint8Array.from(sha256(toBytes(content))).buffer;
}

function toBytes(source: BufferSource): Uint8Array {
  return ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
}
