import type { Size } from "./pixels.js";

/** Darkens a frame's brightness in place; `strength` runs from 0 (unchanged) to 1. */
export type Vignette = (luma: Uint8Array, strength: number) => void;

/** Share of brightness taken from the corners at full strength. */
const depth = 0.22;
/** Share taken everywhere at full strength, so that the middle of a plain picture changes too. */
const base = 0.03;
const scale = 2 ** 16;
const black = 16;

/** A soft darkening towards the corners for frames of one size. */
export function createVignette({ width, height }: Size): Vignette {
  const amounts = new Int32Array(width * height);
  for (let index = 0; index < amounts.length; index += 1) {
    const x = (2 * (index % width)) / width - 1;
    const y = (2 * Math.floor(index / width)) / height - 1;
    amounts[index] = (base + depth * ((x * x + y * y) / 2) ** 2) * scale;
  }
  return (luma, strength) => {
    const share = Math.round(strength * 256);
    for (let index = 0; index < luma.length; index += 1) {
      const value = luma[index] as number;
      const amount = Math.imul(amounts[index] as number, share) >> 8;
      luma[index] = value - (Math.imul(value - black, amount) >> 16);
    }
  };
}
