import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { emptyFolder, type IoOptions, klingkit, picture, simulator } from "./helpers.js";

/** What the terminal showed, line by line as it was redrawn. */
async function frames(options: IoOptions) {
  const { url } = await simulator({ timing: { submittedMs: 150, processingMs: 400 } });
  const texts: string[] = [];
  const onStderr = (text: string) => texts.push(text);
  const { code, err } = await klingkit(["generate", picture, "--base-url", url], {
    cwd: await emptyFolder(),
    ...options,
    onStderr,
  });
  const plain = texts.map((text) => stripVTControlCharacters(text).replaceAll(/[\r\n]/g, ""));
  return { code, err, frames: plain.filter((text) => text.startsWith("[")) };
}

describe("progress", () => {
  it("is a line for each change where stderr is no terminal", async () => {
    const { err } = await frames({});
    expect(err).toMatch(/\nklingkit: progressive\.jpg submitted after \d s\n.*progressive\.jpg succeed after \d s\n$/s);
    expect(err).not.toContain("\x1b");
  });

  it("is the same on a terminal that can't rewrite its line", async () => {
    const { err } = await frames({ columns: 80, env: { TERM: "dumb" } });
    expect(err).toMatch(/\nklingkit: progressive\.jpg succeed after \d s\n$/);
    expect(err).not.toContain("\x1b");
  });

  it("goes through waiting, submitted, processing and succeed, and leaves the last", async () => {
    const { code, err, frames: shown } = await frames({ columns: 80 });
    const words = [...new Set(shown.map((text) => /[◌◐●✕] (\w+)/.exec(text)?.[1]))];
    expect({ code, words }).toEqual({ code: 0, words: ["waiting", "submitted", "processing", "succeed"] });
    expect(shown.at(-1)).toMatch(/^\[████████\|████████\|████████\] ● succeed \d+\.\d MB of \d+\.\d MB$/);
    expect(err.endsWith("\n")).toBe(true);
  });

  it.each([10, 24, 40, 80])("never fills a terminal of %i columns", async (columns) => {
    const { frames: shown } = await frames({ columns });
    expect(Math.max(...shown.map((text) => [...text].length))).toBeLessThan(columns);
  });

  it("cuts the time before the word on a narrow terminal", async () => {
    const { frames: shown } = await frames({ columns: 40 });
    expect(shown.filter((text) => !/ (waiting|submitted|processing|succeed) /.test(text))).toEqual([]);
  });

  it("leaves the last cell of a running task empty, however long it takes", async () => {
    const { url } = await simulator();
    const args = ["generate", picture, "--base-url", url, "--prompt", "[[scenario=stuck]]", "--timeout", "3.5"];
    const { err } = await klingkit(args, { cwd: await emptyFolder(), columns: 80 });
    expect(err).toMatch(/\[████████\|███████░\|░░░░░░░░\]/);
    expect(err).not.toContain("████████|████████");
  });

  it.each([{ LANG: "C" }, { LANG: "" }, { LC_ALL: "POSIX", LANG: "en_US.UTF-8" }])("is ASCII with %o", async (env) => {
    const { err, frames: shown } = await frames({ columns: 80, env });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
    expect(err).toMatch(/^[\x00-\x7f]*$/);
    expect(shown.at(-1)).toMatch(/^\[########\|########\|########\] \+ succeed/);
  });

  it("has colours unless NO_COLOR is set", async () => {
    const coloured = "\x1b[32m●\x1b[39m succeed";
    expect((await frames({ columns: 80 })).err).toContain(coloured);
    expect((await frames({ columns: 80, env: { NO_COLOR: "1" } })).err).not.toContain("\x1b[3");
  });

  it("clears its line before an error", async () => {
    const { url } = await simulator();
    const args = ["generate", picture, "--base-url", url, "--prompt", "[[scenario=risk-control]]"];
    const { err } = await klingkit(args, { cwd: await emptyFolder(), columns: 80 });
    expect(err).toContain("\r\x1b[2Kklingkit: The task failed");
  });

  it("shows a status nobody knows as it came", async () => {
    const { url } = await simulator({ timing: { submittedMs: 50, processingMs: 600 } });
    const args = ["generate", picture, "--base-url", url, "--prompt", "[[scenario=unknown-status]]"];
    const { code, err } = await klingkit(args, { cwd: await emptyFolder(), columns: 80 });
    expect({ code, shown: err.includes("queueing") }).toEqual({ code: 0, shown: true });
  });
});
