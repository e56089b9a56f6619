import type { Frame } from "./frame.js";

/** Two pixels in each character, one above the other; in the terminal's palette where it has no other colours. */
export function halfBlocks({ width, height, data }: Frame, hasTrueColour: boolean): string {
  const colour = (x: number, y: number) => {
    const at = (Math.min(y, height - 1) * width + x) * 3;
    const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
    return hasTrueColour ? `2;${red};${green};${blue}` : `5;${16 + cubeIndex(red, green, blue)}`;
  };
  let text = "";
  for (let y = 0; y < height; y += 2) {
    for (let x = 0; x < width; x += 1) text += `\x1b[38;${colour(x, y)};48;${colour(x, y + 1)}m▀`;
    text += "\x1b[0m\n";
  }
  return text;
}

/** The nearest colour of a cube of 6 × 6 × 6. */
function cubeIndex(red: number, green: number, blue: number): number {
  const step = (value: number) => Math.round(value / 51);
  return step(red) * 36 + step(green) * 6 + step(blue);
}

/** Rows in one band of a sixel picture. */
const bandRows = 6;

/** Sixel, as DEC's VT340 and many terminals since then take it, in 216 colours. */
export function sixel(frame: Frame): string {
  const percent = (step: number) => step * 20;
  const palette = Array.from({ length: 216 }, (_, index) => {
    const [red, green, blue] = [Math.floor(index / 36), Math.floor(index / 6) % 6, index % 6].map(percent);
    return `#${index};2;${red};${green};${blue}`;
  });
  let text = `\x1bPq"1;1;${frame.width};${frame.height}${palette.join("")}`;
  for (let top = 0; top < frame.height; top += bandRows) text += `${band(frame, top)}-`;
  return `${text}\x1b\\\n`;
}

/** One band: for each colour in it the columns that have it, in bits from the top. */
function band({ width, height, data }: Frame, top: number): string {
  const bits = new Map<number, Uint8Array>();
  for (let y = top; y < Math.min(top + bandRows, height); y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const index = cubeIndex(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
      const columns = bits.get(index) ?? new Uint8Array(width);
      columns[x] = (columns[x] ?? 0) | (1 << (y - top));
      bits.set(index, columns);
    }
  }
  return [...bits].map(([index, columns]) => `#${index}${runLengths(columns)}`).join("$");
}

function runLengths(columns: Uint8Array): string {
  const text = String.fromCharCode(...columns.map((bits) => 63 + bits));
  return text.replaceAll(/(.)\1{3,}/g, (run, character) => `!${run.length}${character}`);
}

/** A PNG by kitty's protocol, in pieces of 4096 characters. */
export function kitty(png: Buffer): string {
  const pieces = png.toString("base64").match(/.{1,4096}/g) ?? [];
  const sequence = (piece: string, index: number) => {
    const more = index < pieces.length - 1 ? 1 : 0;
    return `\x1b_G${index === 0 ? "a=T,f=100," : ""}m=${more};${piece}\x1b\\`;
  };
  return `${pieces.map(sequence).join("")}\n`;
}

/** A picture by iTerm2's protocol. */
export function iterm2(png: Buffer): string {
  return `\x1b]1337;File=inline=1;size=${png.length};preserveAspectRatio=1:${png.toString("base64")}\x07\n`;
}
