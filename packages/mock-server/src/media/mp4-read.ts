import type { VideoSample } from "./mp4-mux.js";

/** What {@link readMp4} finds: the parts a muxer needs again. */
export interface H264Samples {
  readonly sequenceParameters: Uint8Array;
  readonly pictureParameters: Uint8Array;
  readonly samples: readonly VideoSample[];
}

const idrSlice = 5;

/** Boxes that hold nothing but boxes, on the way to the sample table. */
const containers = new Set(["moov", "trak", "mdia", "minf", "stbl"]);

/**
 * Reads the H.264 samples of an MP4 with one video track and 32-bit offsets, such as an encoder library writes.
 *
 * @throws {Error} where the file is of another shape
 */
export function readMp4(file: Uint8Array): H264Samples {
  const boxes = new Map<string, DataView>();
  collectBoxes(file, boxes);
  const body = (type: string): DataView => {
    const view = boxes.get(type);
    if (view === undefined) throw new Error(`The MP4 has no "${type}" box.`);
    return view;
  };
  const sizes = readSizes(body("stsz"));
  const offsets = sampleOffsets(body("stsc"), body("stco"), sizes);
  const samples = offsets.map((offset, index) => toSample(file.subarray(offset, offset + (sizes[index] ?? 0))));
  return { ...readConfiguration(body("stsd")), samples };
}

function collectBoxes(bytes: Uint8Array, boxes: Map<string, DataView>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length; ) {
    const size = Math.max(8, view.getUint32(at));
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const body = bytes.subarray(at + 8, at + size);
    if (containers.has(type)) collectBoxes(body, boxes);
    else boxes.set(type, new DataView(body.buffer, body.byteOffset, body.byteLength));
    at += size;
  }
}

function readSizes(box: DataView): number[] {
  const common = box.getUint32(4);
  const count = box.getUint32(8);
  return Array.from({ length: count }, (_, index) => (common > 0 ? common : box.getUint32(12 + index * 4)));
}

/** Samples lie one after the other in chunks; each run of chunks states how many a chunk holds. */
function sampleOffsets(runs: DataView, chunks: DataView, sizes: readonly number[]): number[] {
  const offsets: number[] = [];
  const runCount = runs.getUint32(4);
  let run = 0;
  for (let chunk = 1; chunk <= chunks.getUint32(4); chunk += 1) {
    if (run + 1 < runCount && runs.getUint32(8 + (run + 1) * 12) <= chunk) run += 1;
    let offset = chunks.getUint32(4 + chunk * 4);
    for (let left = runs.getUint32(12 + run * 12); left > 0; left -= 1) {
      const size = sizes[offsets.length];
      offsets.push(offset);
      offset += size ?? 0;
    }
  }
  return offsets;
}

function toSample(data: Uint8Array): VideoSample {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  let isKeyFrame = false;
  for (let at = 0; at + 4 < data.length; at += 4 + view.getUint32(at)) {
    isKeyFrame ||= (view.getUint8(at + 4) & 31) === idrSlice;
  }
  return { data, isKeyFrame };
}

/** The parameter sets, from the avcC box inside the only sample entry. */
function readConfiguration(description: DataView): Pick<H264Samples, "sequenceParameters" | "pictureParameters"> {
  const entryFields = 8 + 8 + 78;
  const bytes = new Uint8Array(
    description.buffer,
    description.byteOffset + entryFields,
    description.byteLength - entryFields,
  );
  const boxes = new Map<string, DataView>();
  collectBoxes(bytes, boxes);
  const configuration = boxes.get("avcC");
  if (configuration === undefined) throw new Error('The MP4 has no "avcC" box.');
  return parameterSets(new Uint8Array(configuration.buffer, configuration.byteOffset, configuration.byteLength));
}

/** The first sequence and the first picture parameter set of a decoder configuration (the body of an avcC box). */
export function parameterSets(
  configuration: Uint8Array,
): Pick<H264Samples, "sequenceParameters" | "pictureParameters"> {
  const view = new DataView(configuration.buffer, configuration.byteOffset, configuration.byteLength);
  const sequenceLength = view.getUint16(6);
  const pictureStart = 8 + sequenceLength + 3;
  return {
    sequenceParameters: configuration.slice(8, 8 + sequenceLength),
    pictureParameters: configuration.slice(pictureStart, pictureStart + view.getUint16(pictureStart - 2)),
  };
}
