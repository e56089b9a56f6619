import { colourOf } from "./colour.js";
import type { Pixels } from "./pixels.js";
import { seededRandom } from "./seeded-random.js";

/** How much of the picture gives way to the light, on average: visible, and still plainly the same picture. */
const share = 0.16;
/** How much more of it falls on one side than in the middle; below √½, so that no corner gets less than nothing. */
const slant = 0.7;

/** The picture in a light whose colour and side the seed decides, so that results from one picture can be told apart. */
export function tint({ width, height, data }: Pixels, seed: string): Pixels {
  const random = seededRandom(`tint:${seed}`);
  const light = colourOf(random(), 1, 0.5);
  const angle = 2 * Math.PI * random();
  const across = (2 * slant * Math.cos(angle)) / width;
  const down = (2 * slant * Math.sin(angle)) / height;
  const tinted = data.map((value, index) => {
    const pixel = Math.floor(index / 3);
    const x = (pixel % width) - width / 2;
    const y = Math.floor(pixel / width) - height / 2;
    return value + ((light[index % 3] ?? value) - value) * share * (1 + across * x + down * y);
  });
  return { width, height, data: tinted };
}
