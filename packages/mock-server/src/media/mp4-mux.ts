import { concatenate } from "./concatenate.js";
import { box, fullBox, uint16, uint32 } from "./mp4-boxes.js";
import type { Size } from "./pixels.js";

/** One encoded frame. */
export interface VideoSample {
  /** NAL units, each after its length in four bytes (AVCC). */
  readonly data: Uint8Array;
  /** Whether decoding can begin here. */
  readonly isKeyFrame: boolean;
}

/** A track of H.264 video without reordered frames. */
export interface H264Track extends Size {
  /** More than 0; fractions are kept to a thousandth. */
  readonly framesPerSecond: number;
  /** Sequence parameter set, a NAL unit without length or start code. */
  readonly sequenceParameters: Uint8Array;
  /** Picture parameter set, likewise. */
  readonly pictureParameters: Uint8Array;
  readonly samples: readonly VideoSample[];
}

/** Clock ticks a frame lasts. */
const frameTicks = 1000;
const unityMatrix = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000);
const undeterminedLanguage = 0x55c4;

/**
 * Writes an MP4 whose index comes first, so that it plays while it loads and can be sought at once.
 *
 * Nothing in it depends on the time or the machine: equal tracks give equal bytes.
 */
export function muxMp4(track: H264Track): Uint8Array {
  const fileType = box("ftyp", "isom", uint32(0x200), "isomiso2avc1mp41mp42");
  // The index states where the samples lie, and its own length decides that: build it once to measure.
  const mediaStart = fileType.length + movie(track, 0).length + 8;
  const media = box("mdat", concatenate(track.samples.map((sample) => sample.data)));
  return concatenate([fileType, movie(track, mediaStart), media]);
}

function movie(track: H264Track, mediaStart: number): Uint8Array {
  const timescale = Math.round(track.framesPerSecond * frameTicks);
  const duration = track.samples.length * frameTicks;
  const header = fullBox(
    "mvhd",
    0,
    uint32(0, 0, timescale, duration, 0x10000),
    uint16(0x100, 0),
    uint32(0, 0),
    unityMatrix,
    uint32(0, 0, 0, 0, 0, 0, 2),
  );
  return box("moov", header, box("trak", trackHeader(track, duration), media(track, mediaStart, timescale)));
}

function trackHeader({ width, height }: H264Track, duration: number): Uint8Array {
  const enabledAndShown = 3;
  return fullBox(
    "tkhd",
    enabledAndShown,
    uint32(0, 0, 1, 0, duration, 0, 0),
    uint16(0, 0, 0, 0),
    unityMatrix,
    uint32(width * 0x10000, height * 0x10000),
  );
}

function media(track: H264Track, mediaStart: number, timescale: number): Uint8Array {
  const duration = track.samples.length * frameTicks;
  const header = fullBox("mdhd", 0, uint32(0, 0, timescale, duration), uint16(undeterminedLanguage, 0));
  const handler = fullBox("hdlr", 0, uint32(0), "vide", uint32(0, 0, 0), "VideoHandler\0");
  const sameFile = box("dinf", fullBox("dref", 0, uint32(1), fullBox("url ", 1)));
  const videoHeader = fullBox("vmhd", 1, uint16(0, 0, 0, 0));
  return box("mdia", header, handler, box("minf", videoHeader, sameFile, sampleTable(track, mediaStart)));
}

function sampleTable(track: H264Track, mediaStart: number): Uint8Array {
  const { samples } = track;
  const keyFrames = samples.flatMap((sample, index) => (sample.isKeyFrame ? [index + 1] : []));
  return box(
    "stbl",
    fullBox("stsd", 0, uint32(1), sampleEntry(track)),
    fullBox("stts", 0, uint32(1, samples.length, frameTicks)),
    fullBox("stss", 0, uint32(keyFrames.length, ...keyFrames)),
    fullBox("stsc", 0, uint32(1, 1, samples.length, 1)),
    fullBox("stsz", 0, uint32(0, samples.length, ...samples.map((sample) => sample.data.length))),
    fullBox("stco", 0, uint32(1, mediaStart)),
  );
}

function sampleEntry(track: H264Track): Uint8Array {
  const dataReference = 1;
  const [, profile = 0, compatibility = 0, level = 0] = track.sequenceParameters;
  const fourByteLengths = 0xff;
  const configuration = box(
    "avcC",
    Uint8Array.of(1, profile, compatibility, level, fourByteLengths, 0xe1),
    uint16(track.sequenceParameters.length),
    track.sequenceParameters,
    Uint8Array.of(1),
    uint16(track.pictureParameters.length),
    track.pictureParameters,
  );
  // sRGB-like primaries and curve (1), BT.601 matrix (6), limited range: without it players guess by the picture's size.
  const colour = box("colr", "nclx", uint16(1, 1, 6), Uint8Array.of(0));
  return box(
    "avc1",
    uint32(0),
    uint16(0, dataReference),
    uint32(0, 0, 0, 0),
    uint16(track.width, track.height),
    uint32(0x480000, 0x480000, 0),
    uint16(1),
    new Uint8Array(32),
    uint16(24, 0xffff),
    configuration,
    colour,
  );
}
