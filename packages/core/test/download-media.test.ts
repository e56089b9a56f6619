import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inspect } from "node:util";
import { AbortedError, InputError, isLoopback, RefusedError, resultUrls } from "@klingkit/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { download, downloadToFile } from "./download-kit.js";
import { task, world } from "./helpers.js";

const at = (name: string) => `https://cdn.example.com/${name}`;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-media-"));
});
afterEach(() => rm(folder, { recursive: true }));

describe("a task's results", () => {
  it.each([
    ["videos", { videos: [{ id: "1", url: at("1.mp4"), watermark_url: at("w.mp4") }] }, ["1.mp4"]],
    ["several pictures", { images: [{ url: at("1.png") }, { url: at("2.png") }] }, ["1.png", "2.png"]],
    ["a series", { images: [], series_images: [{ url: at("1.png") }] }, ["1.png"]],
    ["a sound, of which the MP3", { audios: [{ id: "1", url_mp3: at("1.mp3"), url_wav: at("1.wav") }] }, ["1.mp3"]],
    ["a sound that has no MP3", { audios: [{ id: "1", url_mp3: null, url_wav: at("1.wav") }] }, ["1.wav"]],
    [
      "a video and its sound",
      { videos: [{ url: at("1.mp4") }], audios: [{ url_mp3: at("1.mp3") }] },
      ["1.mp4", "1.mp3"],
    ],
    ["shots", { images: [{ index: 0, url_1: at("1.png"), url_2: at("2.png"), url_3: "" }] }, ["1.png", "2.png"]],
    ["a voice", { voices: [{ voice_id: "1", trial_url: at("1.mp3") }] }, ["1.mp3"]],
    ["an element, which is no file", { elements: [{ element_id: "1", element_name: "url" }] }, []],
    ["nothing", null, []],
    ["something odd", { videos: "url", images: [null, 5, "url", { url: 5 }, ["url"]] }, []],
  ])("%s", (_, task_result, names) => {
    expect(resultUrls({ task_result })).toEqual(names.map(at));
  });

  it("are downloaded by their place, and one without files says where to look", async () => {
    const { client, sent } = world([() => new Response("x")]);
    const pictures = task("succeed", { task_result: { images: [{ url: at("1.png") }, { url: at("2.png") }] } });
    expect((await download(client, pictures, { index: 1 })).url).toBe(at("2.png"));
    const element = task("succeed", { task_result: { elements: [{ element_id: "1" }] } });
    await expect(download(client, element)).rejects.toThrow("Look into the task for what it made.");
    await expect(download(client, task("processing"))).rejects.toThrow("Wait until it has succeeded");
    expect(sent).toHaveLength(1);
  });
});

const heads = {
  mp4: "\0\0\0\x18ftypisom",
  png: "\x89PNG\r\n\x1a\n",
  jpg: "\xff\xd8\xff\xe0",
  mp3: "ID3\x04",
  frame: "\xff\xfb\x90\x00",
  wav: "RIFF\x24\0\0\0WAVEfmt ",
  html: "<!doctype html>",
};

let toFile = downloadToFile;

function save(head: keyof typeof heads, type: string, address: string, options = {}) {
  const headers = type === "" ? {} : { "content-type": type };
  const { client } = world([() => new Response(Buffer.from(heads[head], "latin1"), { headers })]);
  return toFile(client, at(address), path.join(folder, "out"), options);
}

describe("a file's kind", () => {
  it.each([
    ["mp4", "video/mp4", "r", "mp4"],
    ["png", "image/png", "r", "png"],
    ["jpg", "image/jpeg", "r.png", "jpg"],
    ["mp3", "audio/mpeg", "r", "mp3"],
    ["frame", "audio/mpeg; charset=binary", "r.mp3", "mp3"],
    ["wav", "audio/x-wav", "r", "wav"],
    ["png", "application/octet-stream", "r.png", "png"],
    ["wav", "", "r", "wav"],
    ["html", "image/webp", "r.webp", "webp"],
    ["html", "audio/aac", "r", "bin"],
    ["html", "video/x-page", "r.html", "bin"],
    ["html", "image/svg+xml", "r.svg", "bin"],
    ["html", "video/x-program", "r.exe", "bin"],
    ["html", "image/x-page", "r.webpx", "bin"],
    ["html", "video/x-page", "r.xmov", "bin"],
    ["html", "image/tiff", "r.tif", "tif"],
    ["html", "audio/mp4", "r.m4a", "m4a"],
    ["wav", "audio/wav", "r.mp3", "wav"],
    ["mp3", "audio/mp3", "r.wav", "mp3"],
    ["png", "", "a.mp4/r", "png"],
    // A type that only contains a known one is not known.
    ["png", "xvideo/mp4", "r", "png"],
    ["mp4", "ximage/png", "r", "mp4"],
    ["mp4", "ximage/jpeg", "r", "mp4"],
    ["mp4", "xaudio/mpeg", "r", "mp4"],
    ["mp4", "xaudio/wav", "r", "mp4"],
  ] as const)("%s announced as %j at %s is saved as .%s", async (head, type, address, extension) => {
    const file = path.join(folder, `out.${extension}`);
    expect(await save(head, type, address, { addExtension: true })).toMatchObject({ path: file });
    expect(await readdir(folder)).toEqual([`out.${extension}`]);
  });

  it.each([
    ["html", "video/mp4", "r", /not an MP4/],
    ["html", "image/png", "r", /not a PNG/],
    ["png", "image/jpeg", "r", /not a JPG/],
    ["html", "audio/mpeg", "r", /not an MP3/],
    ["jpg", "audio/mpeg", "r", /not an MP3/],
    ["mp3", "audio/wav", "r", /not a WAV/],
    ["png", "image/png", "r.mp4", /not an MP4/],
    ["html", "text/html", "r", /neither video, picture nor sound/],
    ["html", "application/json", "r.png", /not a PNG/],
    ["html", "ximage/webp", "r", /neither video, picture nor sound/],
    ["html", "image/jpg", "r", /not a JPG/],
    ["html", "application/octet-stream", "r.jpeg", /not a JPG/],
  ] as const)("%s announced as %s at %s is refused", async (head, type, address, says) => {
    await expect(save(head, type, address, { addExtension: true })).rejects.toThrow(says);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(["mp4", "png", "jpg", "mp3", "wav"] as const)("is not %s because that comes later in it", async (kind) => {
    const { client } = world([() => new Response(Buffer.from(`x${heads[kind]}`, "latin1"))]);
    await expect(download(client, at("r")).then((found) => found.blob())).rejects.toThrow("neither video");
  });

  it("with its extension takes no name that is taken", async () => {
    await writeFile(path.join(folder, "out.png"), "mine");
    await expect(save("png", "image/png", "r", { addExtension: true })).rejects.toMatchObject({
      code: "file-exists",
      message: expect.stringContaining("out.png exists."),
    });
    expect(await readFile(path.join(folder, "out.png"), "utf8")).toBe("mine");
    await save("png", "image/png", "r", { addExtension: true, force: true });
    expect(await readFile(path.join(folder, "out.png"), "latin1")).toBe(heads.png);
  });
});

describe("a file system without hard links", () => {
  /** What making a link fails with. */
  let linkFault: string;

  beforeAll(async () => {
    vi.resetModules();
    vi.doMock("node:fs/promises", async (original) => ({
      ...(await original<typeof import("node:fs/promises")>()),
      link: async () => Promise.reject(Object.assign(new Error("no links here"), { code: linkFault })),
    }));
    ({ downloadToFile: toFile } = await import("@klingkit/core/node"));
  });
  afterAll(() => {
    toFile = downloadToFile;
    vi.doUnmock("node:fs/promises");
    vi.resetModules();
  });

  it.each(["EPERM", "ENOTSUP", "EOPNOTSUPP"])(
    "that says %s gets a copy, never over a file that exists",
    async (code) => {
      linkFault = code;
      await save("png", "image/png", "r");
      expect(await readdir(folder)).toEqual(["out"]);
      await expect(save("wav", "audio/wav", "r", { addExtension: true })).resolves.toHaveProperty("size", 16);
      const again = save("wav", "audio/wav", "r", { addExtension: true });
      await expect(again).rejects.toMatchObject({ code: "file-exists" });
      expect((await readdir(folder)).sort()).toEqual(["out", "out.wav"]);
    },
  );

  it("is not mistaken for a full disk", async () => {
    linkFault = "ENOSPC";
    await expect(save("png", "image/png", "r")).rejects.toMatchObject({ code: "disk-full" });
    expect(await readdir(folder)).toEqual([]);
  });
});

describe("small things", () => {
  it("an error takes a handle once, and stays the same error", () => {
    const [first, second] = [{ family: "tts" }, { family: "avatar", task_id: "1" }];
    const error = new InputError("No.", "Yes.");
    expect(error.withHandle(second)).toBe(error);
    expect(error.withHandle(first).handle).toEqual(second);
    expect(error.toJSON()).toMatchObject({ handle: second });
  });

  it("an abort says again what to do once its task is known", () => {
    const error = new AbortedError("stop").withHandle({ family: "avatar", task_id: "1" });
    expect(error).toMatchObject({ cause: "stop", retry: "unknown", message: expect.stringContaining("avatar/1") });
    expect(error.withHandle({ family: "tts" })).toBe(error);
  });

  it("every error prints under its own name, also out of a bundle", () => {
    const details = { code: "c", retry: "never", remedy: "" } as const;
    expect(inspect(new AbortedError("stop"))).toMatch(/^AbortedError: /);
    expect(inspect(new RefusedError("No.", details))).toMatch(/^RefusedError: /);
    expect([AbortedError.name, InputError.name, RefusedError.name]).toEqual([
      "AbortedError",
      "InputError",
      "RefusedError",
    ]);
  });

  it.each([
    ["http://localhost:4600", true],
    ["https://127.9.9.9/kling", true],
    ["http://[::1]:1", true],
    ["http://localhost.example.com", false],
    ["http://10.0.0.1", false],
    ["localhost", false],
  ])("loopback: %s is %s", (address, expected) => {
    expect(isLoopback(address)).toBe(expected);
  });
});
