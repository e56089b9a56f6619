import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { skipWithout } from "../../../tests/support/tools.js";
import { ioOf } from "../src/io.js";
import { halfBlocks, iterm2, kitty, sixel } from "../src/preview/draw.js";
import { frameFile, readPpm } from "../src/preview/frame.js";
import { pictureProtocol } from "../src/preview/protocol.js";
import { emptyFolder, FakeIo, klingkit, picture } from "./helpers.js";

const red = [255, 0, 0];
const blue = [0, 0, 255];
/** Two columns of three rows: red on the left, blue on the right. */
const frame = { width: 2, height: 3, data: Uint8Array.from([red, blue, red, blue, red, blue].flat()) };

describe("how a terminal shows a picture", () => {
  it.each([
    ["kitty", { KITTY_WINDOW_ID: "1" }],
    ["kitty", { TERM: "xterm-ghostty" }],
    ["iterm2", { TERM_PROGRAM: "iTerm.app" }],
    ["iterm2", { LC_TERMINAL: "iTerm2" }],
    ["sixel", { TERM: "foot" }],
    ["blocks", { TERM: "xterm-256color" }],
    ["blocks", { TERM: "tmux-256color", KITTY_WINDOW_ID: "1" }],
    [undefined, { TERM: "dumb" }],
    [undefined, { CI: "true" }],
    [undefined, { NO_COLOR: "1" }],
    [undefined, { LANG: "C" }],
  ])("is %s with %o", (protocol, env) => {
    expect(pictureProtocol(ioOf(new FakeIo({ columns: 80, env })))).toBe(protocol);
    expect(pictureProtocol(ioOf(new FakeIo({ env })))).toBeUndefined();
  });

  it("half-blocks have two pixels in each character, also of an odd number of rows", () => {
    const row = "\x1b[38;2;255;0;0;48;2;255;0;0m▀\x1b[38;2;0;0;255;48;2;0;0;255m▀\x1b[0m\n";
    expect(halfBlocks(frame, true)).toBe(row + row);
    expect(halfBlocks(frame, false)).toContain("\x1b[38;5;196;48;5;196m▀\x1b[38;5;21;48;5;21m▀");
  });

  it("sixel has a band of six rows, with the bits of each colour's columns", () => {
    const text = sixel(frame);
    expect(text.startsWith('\x1bPq"1;1;2;3#0;2;0;0;0')).toBe(true);
    // Red in the first column's upper three rows: 63 + 7 is F.
    expect(text.endsWith("#180F?$#5?F-\x1b\\\n")).toBe(true);
    const wide = { width: 20, height: 1, data: new Uint8Array(60) };
    expect(sixel(wide)).toContain("#0!20@-");
  });

  it("kitty gets the PNG in pieces, iTerm2 in one", () => {
    const png = Buffer.alloc(7_000, 1);
    const sequences = kitty(png).trimEnd().split("\x1b\\").slice(0, -1);
    expect(sequences.map((text) => text.slice(3, text.indexOf(";")))).toEqual(["a=T,f=100,m=1", "m=1", "m=0"]);
    expect(iterm2(png)).toBe(`\x1b]1337;File=inline=1;size=7000;preserveAspectRatio=1:${png.toString("base64")}\x07\n`);
  });
});

const { skip, note } = skipWithout("ffmpeg");
describe.skipIf(skip)(`the first frame of a result${note}`, () => {
  it("is read by ffmpeg, small enough for its box", async () => {
    const file = path.join(await emptyFolder(), "blue.mp4");
    execFileSync("ffmpeg", ["-v", "error", "-f", "lavfi", "-i", "color=blue:s=320x180:d=0.2", file]);
    const read = readPpm((await frameFile(file, { width: 32, height: 32 }, "ppm")) ?? Buffer.alloc(0));
    expect({ width: read?.width, height: read?.height }).toEqual({ width: 32, height: 18 });
    const [r = 255, g = 255, b = 0] = read?.data ?? [];
    expect(r < 40 && g < 40 && b > 200).toBe(true);
    expect((await frameFile(file, { width: 32, height: 32 }, "png"))?.toString("latin1", 1, 4)).toBe("PNG");
  });

  it("stands above the file on a terminal, unless --no-preview or --json", async () => {
    const args = ["generate", picture, "--mock", "--seed", "1"];
    const options = { columns: 80, cwd: await emptyFolder() };
    expect((await klingkit([...args, "--out", "a.mp4"], options)).err).toContain("▀");
    for (const no of ["--no-preview", "--json"])
      expect((await klingkit([...args, "--out", `${no}.mp4`, no], options)).err).not.toContain("▀");
  });

  it("is left out where there is nothing to see", async () => {
    expect(await frameFile("/nowhere.mp4", { width: 32, height: 32 }, "ppm")).toBeUndefined();
    expect(readPpm(Buffer.from("no picture"))).toBeUndefined();
  });
});
