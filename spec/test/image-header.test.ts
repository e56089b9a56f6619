import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readImageHeader } from "../src/image-header.js";

/** A JPEG segment: marker, length, payload. */
function segment(marker: number, payload: readonly number[]): number[] {
  const length = payload.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...payload];
}

function frame(marker: number, width: number, height: number, channels = 3): number[] {
  const components = Array.from({ length: channels }, (_, index) => [index + 1, 0x11, 0]).flat();
  return segment(marker, [8, height >> 8, height & 255, width >> 8, width & 255, channels, ...components]);
}

function exif(orientation: number, littleEndian = false): number[] {
  const two = (value: number) => (littleEndian ? [value & 255, value >> 8] : [value >> 8, value & 255]);
  const four = (value: number) => (littleEndian ? [...two(value), 0, 0] : [0, 0, ...two(value)]);
  const order = littleEndian ? [0x49, 0x49] : [0x4d, 0x4d];
  const other = [...two(0x010f), ...two(2), ...four(1), 0, 0, 0, 0];
  const entry = [...two(0x0112), ...two(3), ...four(1), ...two(orientation), 0, 0];
  const body = [...order, ...two(42), ...four(8), ...two(2), ...other, ...entry, ...four(0)];
  return segment(0xe1, [0x45, 0x78, 0x69, 0x66, 0, 0, ...body]);
}

const START = [0xff, 0xd8];
const JFIF = segment(0xe0, [0x4a, 0x46, 0x49, 0x46, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0]);
const XMP = segment(
  0xe1,
  [..."http://ns.adobe.com/xap/1.0/\0"].map((letter) => letter.charCodeAt(0)),
);
const SCAN = segment(0xda, [1, 1, 0, 0, 63, 0]);
const PNG = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52];
const PNG_300_BY_200 = [...PNG, 0, 0, 1, 44, 0, 0, 0, 200, 8, 2, 0, 0, 0];

const read = (...bytes: readonly number[]) => readImageHeader(Uint8Array.from(bytes));
const readText = (text: string) => read(...[...text].map((letter) => letter.charCodeAt(0)));

describe("JPEG", () => {
  it.each([
    ["baseline", frame(0xc0, 640, 427)],
    ["extended", frame(0xc1, 640, 427)],
    ["progressive", frame(0xc2, 640, 427)],
    ["CMYK", frame(0xc0, 640, 427, 4)],
    ["grey", frame(0xc0, 640, 427, 1)],
    ["with tables first", [...segment(0xc4, [0, 1]), ...segment(0xdb, [0]), ...frame(0xc0, 640, 427)]],
    ["with fill bytes", [0xff, 0xff, 0xff, ...frame(0xc0, 640, 427)]],
    ["with stray bytes between segments", [0, 0, 7, ...frame(0xc0, 640, 427)]],
  ])("reads a %s one", (_, middle) => {
    expect(read(...START, ...JFIF, ...middle, ...SCAN)).toEqual({
      kind: "image",
      format: "jpeg",
      width: 640,
      height: 427,
      storedWidth: 640,
      storedHeight: 427,
      orientation: 1,
    });
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("applies orientation %i in both byte orders", (orientation) => {
    const expected = orientation >= 5 ? { width: 427, height: 640 } : { width: 640, height: 427 };
    for (const littleEndian of [true, false]) {
      const header = read(...START, ...exif(orientation, littleEndian), ...frame(0xc0, 640, 427), ...SCAN);
      expect(header).toMatchObject({ orientation, storedWidth: 640, storedHeight: 427, ...expected });
    }
  });

  it("finds EXIF wherever it stands before the scan, and only the first one counts", () => {
    const size = frame(0xc0, 640, 427);
    expect(read(...START, ...JFIF, ...XMP, ...exif(6), ...size, ...SCAN)).toMatchObject({ orientation: 6 });
    expect(read(...START, ...size, ...exif(8), ...SCAN)).toMatchObject({ orientation: 8 });
    expect(read(...START, ...exif(6), ...exif(3), ...size, ...SCAN)).toMatchObject({ orientation: 6 });
    expect(read(...START, ...size, ...SCAN, ...exif(6))).toMatchObject({ orientation: 1 });
  });

  it("takes nonsense orientations as upright", () => {
    for (const orientation of [0, 9, 60000]) {
      expect(read(...START, ...exif(orientation), ...frame(0xc0, 9, 5), ...SCAN)).toMatchObject({ orientation: 1 });
    }
  });

  it("needs the file only up to the size", () => {
    const bytes = [...START, ...JFIF, ...frame(0xc0, 640, 427)];
    expect(read(...bytes)).toMatchObject({ kind: "image", width: 640 });
    for (let length = 2; length < bytes.length - 14; length += 1) {
      expect(read(...bytes.slice(0, length))).toMatchObject({ reason: "truncated", detectedFormat: "JPEG" });
    }
  });

  it("refuses a scan without a size, and a size of nothing", () => {
    for (const bytes of [SCAN, frame(0xc0, 0, 5), frame(0xc0, 5, 0)]) {
      expect(read(...START, ...bytes, ...SCAN)).toMatchObject({ reason: "not-an-image", detectedFormat: "JPEG" });
    }
  });
});

describe("PNG", () => {
  it("reads the size", () => {
    expect(read(...PNG_300_BY_200)).toMatchObject({
      kind: "image",
      format: "png",
      width: 300,
      height: 200,
      orientation: 1,
    });
  });

  it("tells a short one from a broken one", () => {
    for (let length = 4; length < 24; length += 1) {
      expect(read(...PNG_300_BY_200.slice(0, length))).toMatchObject({ reason: "truncated", detectedFormat: "PNG" });
    }
    expect(read(...PNG, 0, 0, 0, 0, 0, 0, 0, 1)).toMatchObject({ reason: "not-an-image", detectedFormat: "PNG" });
  });
});

describe("anything else", () => {
  it.each([
    ["GIF", "unsupported-format", "GIF89a\x01\0\x01\0"],
    ["WebP", "unsupported-format", "RIFF\x24\0\0\0WEBPVP8 "],
    ["BMP", "unsupported-format", "BM\x36\0\x0c\0\0\0\0\0\x36\0\0\0"],
    ["TIFF", "unsupported-format", "II*\0\x08\0\0\0"],
    ["TIFF", "unsupported-format", "MM\0*\0\0\0\x08"],
    ["HEIC", "unsupported-format", "\0\0\0\x18ftypheic\0\0\0\0"],
    ["AVIF", "unsupported-format", "\0\0\0\x1cftypavif\0\0\0\0"],
    ["SVG", "unsupported-format", '<?xml version="1.0"?>\n<svg xmlns="x">'],
    ["MP4", "not-an-image", "\0\0\0\x20ftypisom\0\0\0\0"],
    ["QuickTime", "not-an-image", "\0\0\0\x14ftypqt  "],
    ["PDF", "not-an-image", "%PDF-1.7\n"],
    ["HTML", "not-an-image", "\n<!DOCTYPE html><title>404</title>"],
    ["XML", "not-an-image", "<Error><Code>AccessDenied</Code></Error>"],
    ["JSON", "not-an-image", '{"code":401}'],
    ["text", "not-an-image", "iVBORw0KGgoAAAANSUhEUg"],
  ])("is named: %s", (detectedFormat, reason, text) => {
    expect(readText(text)).toEqual({ kind: "unreadable", reason, detectedFormat });
  });

  it("is not named where nothing is recognised", () => {
    expect(read()).toEqual({ kind: "unreadable", reason: "empty" });
    expect(read(1, 2, 3, 4)).toEqual({ kind: "unreadable", reason: "not-an-image" });
    expect(read(0xfe, 0xfe, 0xfe)).toEqual({ kind: "unreadable", reason: "not-an-image" });
  });
});

describe("hostile bytes", () => {
  const sound = fc.constantFrom(
    [...START, ...JFIF, ...exif(6), ...frame(0xc2, 640, 427), ...SCAN],
    [...START, ...exif(3, true), ...XMP, ...frame(0xc0, 640, 427), ...SCAN],
    PNG_300_BY_200,
  );

  function expectSoundAnswer(bytes: Uint8Array): void {
    const header = readImageHeader(bytes);
    if (header.kind === "unreadable") return;
    expect(Math.min(header.width, header.height)).toBeGreaterThanOrEqual(1);
    expect(header.orientation).toBeGreaterThanOrEqual(1);
    expect(header.orientation).toBeLessThanOrEqual(8);
    expect(header.width * header.height).toBe(header.storedWidth * header.storedHeight);
  }

  it("never make it throw", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), expectSoundAnswer), { numRuns: 2000 });
    const jpegLike = fc.uint8Array({ maxLength: 200 }).map((tail) => Uint8Array.of(...START, ...tail));
    fc.assert(fc.property(jpegLike, expectSoundAnswer), { numRuns: 2000 });
  });

  it("never make it throw when a sound file is damaged", () => {
    const damage = fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 });
    fc.assert(
      fc.property(sound, damage, fc.nat(200), (file, changes, length) => {
        const bytes = Uint8Array.from(file.slice(0, Math.max(1, length)));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expectSoundAnswer(bytes);
      }),
      { numRuns: 4000 },
    );
  });

  it("are read in time linear in their number", () => {
    for (const tile of [START, [0xff], [0], [0xff, 0xe1, 0, 2], [0xff, 0xd0]]) {
      const bytes = new Uint8Array(8_000_000).map((_, index) => tile[index % tile.length] ?? 0);
      bytes.set(START);
      expectSoundAnswer(bytes);
    }
  });
});
