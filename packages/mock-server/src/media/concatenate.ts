/** Bytes as they are, or text of one byte a character. */
export type BytesPart = Uint8Array | string;

/** The parts one after the other. */
export function concatenate(parts: readonly BytesPart[]): Uint8Array {
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    if (typeof part === "string") {
      for (let index = 0; index < part.length; index += 1) result[at + index] = part.charCodeAt(index);
    } else {
      result.set(part, at);
    }
    at += part.length;
  }
  return result;
}
