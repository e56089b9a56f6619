import type { Pixels, Size } from "./pixels.js";
import { type RandomNumbers, seededRandom } from "./seeded-random.js";
import { videoSize } from "./video-size.js";

type Colour = readonly [red: number, green: number, blue: number];

interface Ridge {
  readonly base: number;
  readonly waves: readonly { readonly height: number; readonly length: number; readonly shift: number }[];
  readonly colour: Colour;
}

/** A 16:9 landscape of sky, sun and hills, different for every seed. */
export function generatePicture(seed: string, longSide: number): Pixels {
  const random = seededRandom(`picture:${seed}`);
  const size = videoSize({ width: 16, height: 9 }, longSide);
  const hue = random();
  const sky = { top: colourOf(hue, 0.55, 0.45), bottom: colourOf(hue + 0.12, 0.6, 0.8) };
  const sun = { x: 0.2 + 0.6 * random(), y: 0.2 + 0.25 * random(), radius: 0.05 + 0.05 * random() };
  const ridges = [0, 1, 2].map((index) => createRidge(random, index, hue));
  return paint(size, (x, y) => {
    const ridge = ridges.findLast((candidate) => y > ridgeTop(candidate, x));
    if (ridge !== undefined) return ridge.colour;
    const distance = Math.hypot((x - sun.x) * (size.width / size.height), y - sun.y);
    if (distance < sun.radius) return [255, 244, 214];
    return mix(sky.top, sky.bottom, y);
  });
}

function createRidge(random: RandomNumbers, index: number, hue: number): Ridge {
  const waves = [1, 2, 5].map((frequency) => ({
    height: (0.05 * (0.5 + random())) / frequency,
    length: frequency * (1 + random()),
    shift: random(),
  }));
  return { base: 0.55 + index * 0.14, waves, colour: colourOf(hue + 0.35 + index * 0.03, 0.4, 0.5 - index * 0.13) };
}

function ridgeTop({ base, waves }: Ridge, x: number): number {
  return waves.reduce((top, wave) => top - wave.height * Math.sin(2 * Math.PI * (x * wave.length + wave.shift)), base);
}

function paint(size: Size, colourAt: (x: number, y: number) => Colour): Pixels {
  const data = new Uint8ClampedArray(size.width * size.height * 3);
  for (let index = 0; index < size.width * size.height; index += 1) {
    const x = (index % size.width) / size.width;
    data.set(colourAt(x, Math.floor(index / size.width) / size.height), index * 3);
  }
  return { ...size, data };
}

function mix(from: Colour, to: Colour, share: number): Colour {
  const channel = (index: 0 | 1 | 2) => from[index] + (to[index] - from[index]) * share;
  return [channel(0), channel(1), channel(2)];
}

/** A colour by hue (in turns), saturation and lightness (0 to 1). */
function colourOf(hue: number, saturation: number, lightness: number): Colour {
  const channel = (shift: number) => {
    const position = (shift + hue * 12) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return 255 * (lightness - reach * Math.max(-1, Math.min(position - 3, 9 - position, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}
