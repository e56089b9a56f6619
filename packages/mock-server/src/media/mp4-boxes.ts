import { type BytesPart, concatenate } from "./concatenate.js";

/** An MP4 box: its size, its four-letter type and its body. */
export function box(type: string, ...parts: readonly BytesPart[]): Uint8Array {
  const body = concatenate(parts);
  return concatenate([uint32(body.length + 8), type, body]);
}

/** A box that begins with a version byte and three flag bytes. */
export function fullBox(type: string, flags: number, ...parts: readonly BytesPart[]): Uint8Array {
  return box(type, uint32(flags), ...parts);
}

/** Big-endian 16-bit numbers. */
export function uint16(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 2);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint16(index * 2, value);
  });
  return bytes;
}

/** Big-endian 32-bit numbers. */
export function uint32(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 4);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setUint32(index * 4, value);
  });
  return bytes;
}
