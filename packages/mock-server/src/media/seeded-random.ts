/** Numbers from 0 (included) to 1 (excluded), the same sequence for the same seed on every machine. */
export type RandomNumbers = () => number;

/**
 * A small generator for pictures, movements and names of files; not for secrets.
 *
 * The text is folded into 32 bits (FNV-1a), then each number mixes a counter, so neighbouring seeds differ widely.
 */
export function seededRandom(seed: string): RandomNumbers {
  let state = 0x811c9dc5;
  for (let index = 0; index < seed.length; index += 1) {
    state = Math.imul(state ^ seed.charCodeAt(index), 0x01000193);
  }
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
