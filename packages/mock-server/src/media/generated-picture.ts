import { type Colour, colourOf, mix } from "./colour.js";
import type { Pixels, Size } from "./pixels.js";
import type { PictureRequest } from "./renderer.js";
import { type RandomNumbers, seededRandom } from "./seeded-random.js";
import { videoSize } from "./video-size.js";

/** What a landscape is made from. */
type Landscape = Pick<PictureRequest, "seed" | "longSide" | "aspectRatio">;

interface Ridge {
  readonly base: number;
  readonly waves: readonly { readonly height: number; readonly length: number; readonly shift: number }[];
  readonly colour: Colour;
}

/** A landscape of sky, sun and hills, different for every seed. */
export function generatePicture({ seed, longSide, aspectRatio = 16 / 9 }: Landscape): Pixels {
  const random = seededRandom(`picture:${seed}`);
  const size = videoSize({ width: aspectRatio, height: 1 }, longSide);
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
