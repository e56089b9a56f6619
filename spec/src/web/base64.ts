/** Bytes that one call takes as arguments. */
const chunk = 0x8000;

/** Node's own way, thirty times as fast; browsers have none. */
const { Buffer: native } = globalThis as {
  readonly Buffer?: { from(bytes: ArrayBufferLike, start: number, length: number): { toString(to: "base64"): string } };
};

/** Bytes as base64, of any length. */
export function encodeBase64(bytes: Uint8Array): string {
  if (native) return native.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  let binary = "";
  for (let start = 0; start < bytes.length; start += chunk)
    binary += String.fromCharCode(...bytes.subarray(start, start + chunk));
  return btoa(binary);
}

/** The bytes of a base64 text, with or without `=` at its end; undefined where the text is empty or not base64. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text === "" || /[^A-Za-z0-9+/=]/.test(text)) return undefined;
  try {
    const binary = atob(text);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

/** Base64 for addresses and tokens: `-` and `_` in place of `+` and `/`, and no `=`. */
export function encodeBase64Url(bytes: Uint8Array): string {
  return encodeBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The bytes of such a text; undefined where it is empty or not base64 for addresses. */
export function decodeBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  return /[+/=]/.test(text) ? undefined : decodeBase64(text.replaceAll("-", "+").replaceAll("_", "/"));
}
