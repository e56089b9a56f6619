import { describe, expect, it } from "vitest";
import { PictureDecodeError } from "../../src/media/renderer.js";
import { decodePicture } from "../../src/node/media/decode-picture.js";
import { exifPayload, fixture, largestDifference, QUARTERS, quarterColours, withSegment } from "./picture-kit.js";

const { red, green, blue, yellow } = QUARTERS;
const UPRIGHT = [red, green, blue, yellow];

describe("decoding JPEG", () => {
  it.each([
    "baseline.jpg",
    "progressive.jpg",
    "separate-scans.jpg",
    "sampled-4x1-restart.jpg",
    "sampled-1x2-progressive-restart.jpg",
    "arithmetic.jpg",
    "adobe-rgb.jpg",
    "ycck.jpg",
    "ycck-progressive.jpg",
  ])("gives the right colours for %s", async (name) => {
    const pixels = await decodePicture(fixture(name), 50);
    expect([pixels.width, pixels.height]).toEqual([50, 34]);
    expect(largestDifference(quarterColours(pixels), UPRIGHT)).toBeLessThanOrEqual(8);
  });

  it("gives the same colours when it is scaled down", async () => {
    for (const longSide of [40, 24, 16]) {
      const pixels = await decodePicture(fixture("baseline.jpg"), longSide);
      expect(largestDifference(quarterColours(pixels), UPRIGHT)).toBeLessThanOrEqual(20);
    }
  });

  it("decodes grey as grey", async () => {
    const colours = quarterColours(await decodePicture(fixture("grey.jpg"), 50));
    for (const [r, g, b] of colours) expect([g, b]).toEqual([r, r]);
    expect(colours.map(([r]) => r)).toEqual([85, 126, 61, 193].map((value) => expect.closeTo(value, -1)));
  });

  it("takes CMYK inks as inverted, with Adobe's segment and without", async () => {
    const ycck = fixture("ycck.jpg");
    const adobe = findAdobe(ycck);
    const cmyk = ycck.slice();
    cmyk[adobe + 15] = 0;
    const plain = Uint8Array.of(...ycck.subarray(0, adobe), ...ycck.subarray(adobe + 16));
    // What ImageMagick gives for the same two files.
    const expected = [
      [123, 133, 16],
      [66, 149, 163],
      [146, 22, 125],
      [31, 203, 90],
    ];
    for (const bytes of [cmyk, plain]) {
      expect(largestDifference(quarterColours(await decodePicture(bytes, 50)), expected)).toBeLessThanOrEqual(3);
    }
  });

  it.each([
    [1, [red, green, blue, yellow]],
    [2, [green, red, yellow, blue]],
    [3, [yellow, blue, green, red]],
    [4, [blue, yellow, red, green]],
    [5, [red, blue, green, yellow]],
    [6, [blue, red, yellow, green]],
    [7, [yellow, green, blue, red]],
    [8, [green, yellow, red, blue]],
  ])("turns the picture for EXIF orientation %i", async (orientation, expected) => {
    const bytes = withSegment(fixture("baseline.jpg"), 0xe1, exifPayload(orientation, orientation % 2 === 0));
    const pixels = await decodePicture(bytes, 50);
    expect([pixels.width, pixels.height]).toEqual(orientation >= 5 ? [34, 50] : [50, 34]);
    expect(largestDifference(quarterColours(pixels), expected)).toBeLessThanOrEqual(8);
  });

  it("refuses what is damaged, cut short, no picture or too large with one clear sentence", async () => {
    const good = fixture("baseline.jpg");
    const huge = good.slice();
    const size = findFrameSize(huge);
    huge.set([0xff, 0xff, 0xff, 0xff], size);
    const cases: readonly (readonly [Uint8Array, RegExp])[] = [
      [good.subarray(0, good.length - 60), /The JPEG is damaged, cut short or of an unsupported kind \(.+\)\.$/],
      [huge, /more than 64 megapixels/],
      [new TextEncoder().encode("<html></html>"), /looks like HTML/],
    ];
    for (const [bytes, message] of cases) {
      const failure = await decodePicture(bytes, 50).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(PictureDecodeError);
      expect(String(failure)).toMatch(message);
    }
  });
});

function findAdobe(bytes: Uint8Array): number {
  return bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xee);
}

function findFrameSize(bytes: Uint8Array): number {
  return bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0) + 5;
}
