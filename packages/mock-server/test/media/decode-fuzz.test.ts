import fc from "fast-check";
import { expect, it } from "vitest";
import { PictureDecodeError } from "../../src/media/renderer.js";
import { decodePicture } from "../../src/node/media/decode-picture.js";
import { buildPng, fixture } from "./picture-kit.js";

const FILES = [
  fixture("baseline.jpg"),
  fixture("progressive.jpg"),
  fixture("sampled-1x2-progressive-restart.jpg"),
  fixture("ycck.jpg"),
  buildPng({ width: 20, height: 20, bitDepth: 8, colourType: 2, pixel: (x, y) => [x * 9, y * 9, 99] }),
  buildPng({
    width: 20,
    height: 20,
    bitDepth: 16,
    colourType: 6,
    interlace: true,
    pixel: (x, y) => [x, y, x * y, 9999],
  }),
];

it("decodes a damaged picture or refuses it as undecodable, and nothing else", async () => {
  const damage = fc.array(fc.tuple(fc.nat(2000), fc.nat(255)), { maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...FILES), damage, fc.nat(2000), async (file, changes, cut) => {
      const bytes = file.slice(0, cut % 3 === 0 ? cut : undefined);
      for (const [at, value] of changes) bytes[at % bytes.length] = value;
      const outcome = await decodePicture(bytes, 32).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(PictureDecodeError);
      else expect(outcome).toHaveProperty("data");
    }),
    { numRuns: 300 },
  );
});
