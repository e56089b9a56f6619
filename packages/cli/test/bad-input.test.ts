import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { run } from "../src/run.js";
import { contents, countingServer, emptyFolder, FakeIo, klingkit, picture, simulator } from "./helpers.js";
import { jpegHead, png } from "./pictures.js";

const gif = Buffer.from("GIF89a\x10\x00\x10\x00\x80\x00\x00", "latin1");
const webp = Buffer.from("RIFF\x24\x00\x00\x00WEBPVP8 \x18\x00\x00\x00", "latin1");

/** Name of the file, its bytes, what stderr says about it. */
const badPictures: readonly (readonly [symptom: string, name: string, bytes: Buffer | undefined, says: RegExp])[] = [
  [
    "a file that is not there",
    "missing.jpg",
    undefined,
    /^klingkit: There is no file .*missing\.jpg\. Check the path\.$/,
  ],
  ["an empty file", "empty.jpg", Buffer.alloc(0), /empty\.jpg is empty\. Give a JPEG or PNG/],
  ["text named .jpg", "notes.jpg", Buffer.from("a shopping list\n"), /notes\.jpg is .*not a (JPEG or PNG|picture)/],
  ["JSON named .jpg", "data.jpg", Buffer.from('{"a": 1}'), /data\.jpg is JSON, not a JPEG or PNG/],
  ["a GIF named .png", "moving.png", gif, /moving\.png is GIF, not a JPEG or PNG\. Save it as JPEG or PNG/],
  ["a WebP named .png", "small.png", webp, /small\.png is WebP, not a JPEG or PNG/],
  ["half a PNG", "half.png", png(400, 400).subarray(0, 20), /half\.png is cut off or damaged\. Save it again\./],
  ["over 10 MB", "heavy.png", Buffer.concat([png(400, 400), Buffer.alloc(10_485_760)]), /is 10\.0 MB; at most 10 MB/],
  [
    "over 40 MB",
    "huge.png",
    Buffer.concat([png(400, 400), Buffer.alloc(42_000_000)]),
    /is more than 40 MB; at most 10 MB/,
  ],
  ["under 300 pixels", "tiny.png", png(299, 400), /is 299 × 400 pixels; each side needs at least 300/],
  ["wider than 2.5:1", "wide.png", png(751, 300), /is 751 × 300 pixels, a ratio of 2\.503:1.*Crop it/],
  ["narrower than 1:2.5", "narrow.png", png(300, 751), /is 300 × 751 pixels, a ratio of 0\.399:1/],
  ["narrow by its EXIF rotation", "turned.jpg", jpegHead(1000, 300, 6), /is 300 × 1000 pixels, a ratio of 0\.300:1/],
  ["too many pixels", "bomb.png", png(9000, 9000), /is 9000 × 9000 pixels; at most 64 megapixels/],
];

/** Arguments after the picture, what stderr says. */
const badOptions: readonly (readonly [symptom: string, args: readonly string[], says: RegExp])[] = [
  ["a model of another family", ["--model-name", "kling-v3-omni"], /kling-v3-omni.* image2video.*kling-v3\b/],
  ["a known misspelling of a model", ["--model-name", "kling-v3-0"], /There is no kling-v3-0; use kling-v3\./],
  ["an option nobody knows", ["--promt", "x"], /unknown option '--promt'\n\(Did you mean --prompt\?\)/],
  ["one own id for two pictures", [picture, "--external-task-id", "mine"], /An external_task_id names one task/],
  ["--out - for two pictures", [picture, "--out", "-"], /--out - takes one result/],
  ["a mode nobody knows", ["--mode", "standard"], /--mode.*'standard' is invalid\. Allowed choices are std, pro, 4k/],
  [
    "a mode the model lacks",
    ["--mode", "4k"],
    /mode value '4k' is invalid, allowed values: std, pro\. kling-v2-6 takes mode std or pro\b/,
  ],
  ["a duration nobody offers", ["--duration", "2"], /--duration.*'2' is invalid\. Allowed choices are 3, 4/],
  ["a number out of range", ["--cfg-scale", "3"], /cfg_scale value '3' is invalid\. Give cfg_scale at most 1\./],
  ["a number that is none", ["--cfg-scale", "much"], /--cfg-scale is "much"\. Give a number\./],
  [
    "a prompt of 2501 characters",
    ["--prompt", "x".repeat(2501)],
    /prompt length exceeds 2500\. Shorten prompt to 2500/,
  ],
  ["an id with a slash", ["--external-task-id", "a/b"], /external_task_id/],
  ["an end frame that is not there", ["--image-tail", "gone.png"], /There is no file gone\.png/],
  ["sound in mode std", ["--sound", "on"], /kling-v2-6.*sound.*mode pro|sound.*kling-v2-6.*mode pro/],
  ["a time limit of nothing", ["--timeout", "0"], /--timeout.*Give a number of seconds above 0/],
  ["a dialect nobody speaks", ["--dialect", "klingon"], /--dialect.*Allowed choices are cometapi, kling/],
  ["a body file that is not there", ["--body", "gone.json"], /gone\.json can't be read \(ENOENT\)\. Check the path\./],
  ["a folder as body file", ["--body", "."], /\. can't be read/],
];

describe("bad input: exit code 2, one sentence, nothing sent, nothing on disk", () => {
  it.each(badPictures)("refuses %s", async (_, name, bytes, says) => {
    const { url, seen } = await countingServer();
    const [cwd, source] = [await emptyFolder(), await emptyFolder()];
    const file = path.join(source, name);
    if (bytes) await writeFile(file, bytes);
    const { code, out, err } = await klingkit(["generate", file, "--base-url", url, "--out", "new/folder/"], { cwd });
    expect(err.trimEnd()).toMatch(says);
    expect(err.trimEnd().split("\n")).toHaveLength(1);
    expect({ code, out, seen, left: await contents(cwd) }).toEqual({ code: 2, out: "", seen: [], left: [] });
  });

  it.each(badOptions)("refuses %s", async (_, args, says) => {
    const { url, seen } = await countingServer();
    const cwd = await emptyFolder();
    const command = ["generate", picture, "--base-url", url, "--out", "new/folder/", ...args];
    const { code, out, err } = await klingkit(command, { cwd });
    expect(err).toMatch(says);
    expect(err).not.toMatch(/LIVE|SIMULATED|bug/);
    expect({ code, out, seen, left: await contents(cwd) }).toEqual({ code: 2, out: "", seen: [], left: [] });
  });

  it("refuses a folder in the picture's place", async () => {
    const folder = await emptyFolder();
    const { code, err } = await klingkit(["generate", folder, "--mock"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: `klingkit: ${folder} is not a file. Give the path of a file, not of a folder.\n`,
    });
  });

  it("refuses a path that goes through a file", async () => {
    const { code, err } = await klingkit(["generate", path.join(picture, "inside.jpg"), "--mock"]);
    expect({ code, says: err.startsWith("klingkit: There is no file ") }).toEqual({ code: 2, says: true });
  });

  it.skipIf(process.getuid?.() === 0)(
    "refuses a file it may not read (not as root: root may read anything)",
    async () => {
      const file = path.join(await emptyFolder(), "secret.jpg");
      await writeFile(file, png(400, 400), { mode: 0 });
      const { code, err } = await klingkit(["generate", file, "--mock"]);
      expect({ code, err }).toEqual({ code: 2, err: `klingkit: ${file} may not be read. Check its permissions.\n` });
    },
  );

  it("refuses a command without its picture, and one that does not exist", async () => {
    expect(await klingkit(["generate"])).toMatchObject({
      code: 2,
      err: "klingkit: missing required argument 'pictures'\n(Such as: klingkit generate picture.jpg --prompt \"The steam rises\" --mock)\nAdd --help to see what it takes.\n",
    });
    expect((await klingkit(["animate", picture])).code).toBe(2);
    expect((await klingkit(["submit"])).code).toBe(2);
    expect((await klingkit([])).code).toBe(2);
  });

  it("blames the picture, not the network, where only its head is whole", async () => {
    const folder = await emptyFolder();
    const file = path.join(folder, "cut.jpg");
    const whole = await readFile(picture);
    await writeFile(file, whole.subarray(0, whole.length / 2));
    const { code, err } = await klingkit(["generate", file, "--mock", "--out", folder]);
    expect(code, err).toBe(2);
    expect(err).toMatch(/cut\.jpg can't be used: The JPEG is damaged, cut short .*\. Save it again, or give another/);
    expect(err).not.toContain("network");
  });

  it("says it in ASCII where the locale is not UTF-8", async () => {
    const file = path.join(await emptyFolder(), "tiny.png");
    await writeFile(file, png(299, 400));
    const { err } = await klingkit(["generate", file, "--mock"], { env: { LANG: "C" } });
    expect(err).toContain("tiny.png is 299 x 400 pixels");
  });

  it("lets an open question through: 4 seconds on kling-v2-6", async () => {
    const { url } = await simulator();
    const args = ["generate", picture, "--base-url", url, "--duration", "4"];
    expect((await klingkit(args, { cwd: await emptyFolder() })).code).toBe(0);
  });

  it("warns of a model nobody knows, and sends it", async () => {
    const { code, err } = await klingkit(["generate", picture, "--mock", "--model-name", "kling-v9"], {
      cwd: await emptyFolder(),
    });
    expect(err).toMatch(/^klingkit: warning: kling-v9 is not .*kling-v3/);
    expect(code).not.toBe(2);
  });
});

describe("--body", () => {
  it.each([
    ["text that is not JSON", "{", /is not valid JSON\. Give one JSON object\./],
    ["a list", "[]", /is not a JSON object/],
    ["null", "null", /is not a JSON object/],
    ["nothing", "", /is not valid JSON/],
    [
      "a path where a picture belongs",
      '{"image_tail": "end.png"}',
      /image_tail is neither an address nor base64\. Give an address, base64, or the file itself\./,
    ],
    ["base64 of no picture", '{"image_tail": "aGVsbG8gd29ybGQ="}', /image_tail is .*not a (JPEG|picture)/],
    ["a field of the wrong type", '{"prompt": 5}', /prompt type is invalid\. Give prompt as a string\./],
  ])("refuses %s", async (_, stdin, says) => {
    const { url, seen } = await countingServer();
    const { code, err } = await klingkit(["generate", picture, "--base-url", url, "--body", "-"], { stdin });
    expect(err).toMatch(says);
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
  });

  it("refuses to read a picture and the key, or the request, from one standard input", async () => {
    for (const [more, says] of [
      [["--api-key-stdin"], "both image and the key"],
      [["--body", "-"], "both the request and image"],
    ] as const) {
      const { code, err } = await klingkit(["generate", "-", ...more, "--mock"], { stdin: "sk-canary" });
      expect([code, err]).toEqual([2, expect.stringContaining(`Standard input can't give ${says}.`)]);
    }
  });

  it("reads no more from standard input than a picture can have", async () => {
    let megabytes = 0;
    const parts = function* () {
      for (; megabytes < 200; megabytes += 1) yield Buffer.alloc(1_048_576);
    };
    const io = Object.assign(new FakeIo(), { stdin: Readable.from(parts(), { objectMode: false }) });
    expect(await run(["generate", "-", "--mock"], io)).toBe(2);
    expect(io.err).toContain("image is not a picture.");
    expect(megabytes).toBeLessThan(50);
  });

  it("refuses handles beside --all, of which one would be left out", async () => {
    const { code, err } = await klingkit(["resume", "image2video/1", "--all"]);
    expect([code, err]).toEqual([2, expect.stringContaining("resume takes handles or --all, not both.")]);
  });

  it("refuses to read the key and the request from one standard input", async () => {
    const { url, seen } = await countingServer();
    const args = ["generate", picture, "--base-url", url, "--body", "-", "--api-key-stdin"];
    const { code, err } = await klingkit(args, { stdin: "{}" });
    expect(err).toMatch(/Standard input can't give both the request and the key\./);
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
  });
});

describe("--out", () => {
  it.each([
    ["a file that exists", "there.mp4", /there\.mp4 exists\. Choose another --out, or replace it with --force\./],
    ["a folder that is a file", "there.mp4/", /there\.mp4\/ is a file, not a folder/],
    ["a path through a file", "there.mp4/deep/x.mp4", /there\.mp4 is not a folder/],
    ["a link that leads nowhere", "link", /link exists\. Choose another --out/],
    ["a folder that is such a link", "link/", /link\/ is a file, not a folder/],
    ["a path through such a link", "link/deep/x.mp4", /link is not a folder/],
    ["a name that is too long", `${"a".repeat(300)}.mp4`, /The name a{40}… is too long\. Choose another --out/],
  ])("refuses %s before anything is paid for", async (_, out, says) => {
    const { url, seen } = await countingServer();
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, "there.mp4"), "mine");
    await symlink(path.join(cwd, "gone", "away"), path.join(cwd, "link"));
    const { code, err } = await klingkit(["generate", picture, "--base-url", url, "--out", out], { cwd });
    expect(err).toMatch(says);
    expect({ code, seen, left: await contents(cwd) }).toEqual({ code: 2, seen: [], left: ["link", "there.mp4"] });
  });

  it.runIf(existsSync("/proc/self"))("refuses a folder that can't be made, at once (under /proc)", async () => {
    const { url, seen } = await countingServer();
    for (const command of [
      ["generate", picture],
      ["wait", "image2video/1"],
      ["download", "image2video/1"],
    ]) {
      const args = [...command, "--base-url", url, "--out", "/proc/klingkit/videos/"];
      const { code, err } = await klingkit(args, { cwd: await emptyFolder() });
      expect(err).toMatch(/folder \/proc\/klingkit can't be (made|written to) \(\w+\)\. Choose another --out/);
      expect({ code, seen }).toEqual({ code: 2, seen: [] });
    }
  });

  it.skipIf(process.getuid?.() === 0)("refuses a folder it may not write to (not as root: root may)", async () => {
    const { url, seen } = await countingServer();
    const cwd = await emptyFolder();
    await mkdir(path.join(cwd, "closed"), { mode: 0o500 });
    const { code, err } = await klingkit(["generate", picture, "--base-url", url, "--out", "closed/"], { cwd });
    expect(err).toMatch(/closed can't be written to \(EACCES\)/);
    expect({ code, seen }).toEqual({ code: 2, seen: [] });
  });
});
