import { describe, expect, it } from "vitest";
import { silentMp3, toneWav } from "../../src/media/sound.js";
import { decodingComplaints, ffmpegNote, probe, skipWithoutFfmpeg } from "./media-tools.js";

describe("sounds", () => {
  it.skipIf(skipWithoutFfmpeg).each([
    ["silentMp3", 5, silentMp3, "mp3"],
    ["silentMp3", 0.5, silentMp3, "mp3"],
    ["toneWav", 5, toneWav, "pcm_s16le"],
    ["toneWav", 7.25, toneWav, "pcm_s16le"],
  ])(`%s plays and lasts as asked: %d seconds${ffmpegNote}`, (_name, seconds, make, codec) => {
    const sound = make(seconds);
    const { codec_name, duration } = probe(sound);
    expect(codec_name).toBe(codec);
    expect(Math.abs(Number(duration) - seconds)).toBeLessThanOrEqual(0.05);
    expect(decodingComplaints(sound, "error")).toBe("");
  });

  it("repeat themselves byte for byte", () => {
    expect(silentMp3(2)).toEqual(silentMp3(2));
    expect(toneWav(2)).toEqual(toneWav(2));
  });
});
