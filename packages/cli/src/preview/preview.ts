import type { Io } from "../io.js";
import { halfBlocks, iterm2, kitty, sixel } from "./draw.js";
import { type Box, frameFile, readPpm } from "./frame.js";
import { pictureProtocol } from "./protocol.js";

export interface PreviewOptions {
  /** False for none. */
  readonly preview?: boolean;
  readonly json?: boolean;
}

/** Pixels of a picture that the terminal shows as one. */
const pictureBox: Box = { width: 480, height: 270 };

/** Shows the first frame of a result on a terminal, where ffmpeg is there to read it. Never throws: the file is what counts. */
export async function showPreview(files: readonly string[], options: PreviewOptions, io: Io): Promise<void> {
  const [file] = files;
  const protocol = options.preview === false || options.json ? undefined : pictureProtocol(io);
  if (file === undefined || protocol === undefined) return;
  const picture = await draw(file, protocol, io);
  if (picture === undefined) return;
  io.live.clear();
  io.stderr.control(picture);
}

async function draw(
  file: string,
  protocol: NonNullable<ReturnType<typeof pictureProtocol>>,
  io: Io,
): Promise<string | undefined> {
  if (protocol === "kitty" || protocol === "iterm2") {
    const png = await frameFile(file, pictureBox, "png");
    return png && { kitty, iterm2 }[protocol](png);
  }
  // Half-blocks have one pixel a column and two a line.
  const blocks = { width: Math.min(48, io.stderr.columns - 1), height: 2 * Math.min(14, io.stderr.rows - 4) };
  const ppm = await frameFile(file, protocol === "sixel" ? pictureBox : blocks, "ppm");
  const frame = ppm && readPpm(ppm);
  if (!frame) return undefined;
  return protocol === "sixel" ? sixel(frame) : halfBlocks(frame, /truecolor|24bit/.test(io.env.COLORTERM ?? ""));
}
