/** Silence as MPEG-1 layer III, 128 kbit/s, 44.1 kHz, mono: one frame lasts 1152 samples and is 417 bytes. */
const mp3FrameSeconds = 1152 / 44_100;
const mp3FrameBytes = 417;
const mp3Header = [0xff, 0xfb, 0x90, 0xc4];

/** An MP3 of the given length in seconds that plays and is silent. */
export function silentMp3(seconds: number): Uint8Array {
  const frames = Math.max(1, Math.round(seconds / mp3FrameSeconds));
  const bytes = new Uint8Array(frames * mp3FrameBytes);
  for (let frame = 0; frame < frames; frame += 1) bytes.set(mp3Header, frame * mp3FrameBytes);
  return bytes;
}

const wavRate = 16_000;

/** A WAV of the given length in seconds: a soft falling tone, 16 bit, mono, 16 kHz. */
export function toneWav(seconds: number): Uint8Array {
  const samples = Math.max(1, Math.round(seconds * wavRate));
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  writeWavHeader(view, samples * 2);
  for (let index = 0; index < samples; index += 1) {
    const time = index / wavRate;
    view.setInt16(44 + index * 2, Math.round(6_000 * Math.exp(-time % 1) * Math.sin(2 * Math.PI * 440 * time)), true);
  }
  return bytes;
}

function writeWavHeader(view: DataView, dataBytes: number): void {
  const text = (at: number, word: string) =>
    [...word].forEach((letter, index) => void view.setUint8(at + index, letter.charCodeAt(0)));
  text(0, "RIFF");
  view.setUint32(4, 36 + dataBytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, wavRate, true);
  view.setUint32(28, wavRate * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, dataBytes, true);
}
