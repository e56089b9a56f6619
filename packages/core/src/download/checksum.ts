/** Before the first byte. */
export const emptyChecksum = 0x811c9dc5;

/** A running checksum (FNV-1a, 32 bits): tells whether bytes that come again are the same; no protection against forgery. */
export function checksumOf(bytes: Uint8Array, before: number): number {
  let value = before;
  for (let index = 0; index < bytes.length; index += 1) value = Math.imul(value ^ (bytes[index] ?? 0), 0x01000193);
  return value;
}
