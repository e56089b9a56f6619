import { createReadStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import vm from "node:vm";
import { InputError, type MediaInput } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { fileInput } from "@klingkit/core/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failure, standing, success, world } from "./helpers.js";

/** A PNG of this size, as far as its header goes. */
function png(width: number, height: number): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\0\x08\x02\0\0\0\0\0\0\0", "latin1");
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return new Uint8Array(bytes);
}

/** A JPEG whose header says that it has to be turned by a quarter. */
function turnedJpeg(width: number, height: number): Uint8Array<ArrayBuffer> {
  const exif = Buffer.from(
    "\xff\xe1\0\x22Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0",
    "latin1",
  );
  const frame = Buffer.from("\xff\xc0\0\x11\x08\0\0\0\0\x03\x01\x22\0\x02\x11\x01\x03\x11\x01", "latin1");
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return new Uint8Array(
    Buffer.concat([Buffer.from("\xff\xd8", "latin1"), exif, frame, Buffer.from("\xff\xd9", "latin1")]),
  );
}

const good = png(640, 480);
const base64 = Buffer.from(good).toString("base64");
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-inputs-"));
  file = path.join(folder, "picture.png");
  await writeFile(file, good);
});
afterAll(() => rm(folder, { recursive: true }));

const elsewhere: Uint8Array<ArrayBuffer> = vm.runInNewContext("Uint8Array").from(good);
async function* parts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes.subarray(0, 20);
  yield bytes.subarray(20);
}
const stream = (bytes: Uint8Array<ArrayBuffer>) => new Blob([bytes]).stream();
const kinds: Readonly<Record<string, () => MediaInput | string>> = {
  base64: () => base64,
  "base64 in lines": () => base64.replaceAll(/.{20}/g, "$&\n"),
  "a data URL": () => `data:image/png;base64,${base64}`,
  "a data URL with parameters": () => `data:image/png;name=a.png;base64,${base64}`,
  "a Blob": () => new Blob([good]),
  "a File": () => new File([good], "picture.png"),
  "a Uint8Array": () => good,
  "a part of a larger buffer": () => new Uint8Array([1, 2, 3, ...good]).subarray(3),
  "a Buffer": () => Buffer.from(good),
  "an ArrayBuffer": () => good.buffer,
  "a data URL in capitals": () => `DATA:IMAGE/PNG;BASE64,${base64}`,
  "an ArrayBuffer of another realm": () => elsewhere.buffer,
  "a Uint8Array of another realm": () => elsewhere,
  "a DataView": () => new DataView(good.buffer),
  "a stream": () => stream(good),
  "Node's Readable": () => Readable.from([good.subarray(0, 10), good.subarray(10)]),
  "a file's Readable": () => createReadStream(file),
  "a Response": () => new Response(good),
  "another library's Response, with a Node stream": () =>
    ({ ok: true, bodyUsed: false, body: Readable.from([good]), arrayBuffer: async () => good.buffer }) as never,
  "an async iterable": () => parts(good),
  "a text object": () => new String(base64) as never,
  "a file": () => fileInput(file),
};

describe("a picture", () => {
  it.each(Object.entries(kinds))("given as %s is sent as base64", async (_, make) => {
    const { client, sent } = world([standing("submitted")], { prepare });
    // Nothing waits for the clock here, but files and streams are real: they take the time they take.
    await client.image2video.submit({ model_name: "kling-v2-6", image: make() });
    expect(sent[0]?.body.image).toBe(base64);
  });

  it("given as an address is sent as it is, and nothing else is touched", async () => {
    const body = { image: "https://example.com/a.png", prompt: "data:image/png;base64,x", cfg_scale: 0.5 };
    expect(await prepare("image2video", body)).toBe(body);
    expect(await prepare("text2video", { prompt: good as never })).toEqual({ prompt: good });
    const absent = { image: "https://example.com/a.png", image_tail: null, static_mask: "" };
    expect(await prepare("image2video", absent)).toBe(absent);
  });

  it("in a list, or further down, is taken too, and the caller's own object stays as it was", async () => {
    const body = { image_list: [{ image: good }, { image: "https://example.com/b.png" }] };
    expect(await prepare("multiImage2video", body)).toEqual({
      image_list: [{ image: base64 }, { image: "https://example.com/b.png" }],
    });
    expect(body.image_list[0]?.image).toBe(good);
    expect(await prepare("effects", { input: { images: [good, stream(good)] } })).toEqual({
      input: { images: [base64, base64] },
    });
  });

  it.each<[string, () => MediaInput | string, RegExp]>([
    ["too small", () => png(200, 400), /^image is 200 × 400 pixels; each side needs at least 300/],
    ["too wide once it is turned", () => turnedJpeg(400, 1_200), /^image is 1200 × 400 pixels, a ratio of 3\.000:1/],
    ["a data URL of something else", () => "data:text/html;base64,PGh0bWw+", /^image is HTML, not a JPEG or PNG/],
    ["WebP", () => new Blob(["RIFF\0\0\0\0WEBPVP8 "]), /^image is WebP, not a JPEG or PNG/],
    ["empty", () => new Uint8Array(), /^image is empty/],
    ["neither address nor base64", () => "C:\\picture.png", /^image is neither an address nor base64\. Give/],
    ["a data URL without base64", () => "data:image/png,abc", /^image is neither an address nor base64/],
    ["over 10 MB", () => new Blob([good, new Uint8Array(11_000_000)]), /^image is 10\.5 MB; at most 10 MB/],
    ["a File over 10 MB", () => new File([good, new Uint8Array(11_000_000)], "big.png"), /^big\.png is 10\.5 MB/],
    ["a stream without end", () => endless(), /^image is more than 40 MB; at most 10 MB/],
    ["a stream that breaks", () => broken(), /^image can't be read \(cut\)/],
    ["a source of the caller's that breaks", () => ({ read: () => Promise.reject(new Error("cut")) }), /read \(cut\)/],
    ["a Response with an error", () => new Response("gone", { status: 404 }), /^image is an answer with HTTP 404/],
    ["a Response that was read", () => readResponse(), /^image can't be read/],
    ["a Readable of text", () => Readable.from(["text"]) as never, /^image gives String, not bytes\. Open it without/],
    ["a Promise", () => Promise.resolve(good) as never, /^image is of the kind Promise\. Await it first/],
    ["a number", () => 5 as never, /^image is of the kind Number\. Give an address/],
    ["what JSON makes of a Buffer", () => Buffer.from(good).toJSON() as never, /^image is of the kind Object/],
    ["a list of one address", () => ["https://example.com/a.png"] as never, /^image is of the kind Array/],
    ["a file that is not there", () => fileInput("gone.png"), /^There is no file gone\.png\. Check the path/],
    ["a folder", () => fileInput(tmpdir()), /is not a file/],
  ])("that is %s is refused before anything is sent", async (_, make, says) => {
    const { client, sent } = world([standing("submitted")], { prepare });
    const error = await client.image2video.submit({ image: make() }).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputError);
    expect(error).toHaveProperty("message", expect.stringMatching(says));
    expect(sent).toEqual([]);
  });

  it("is sent as its bytes were when the request was made, whatever the caller fills the buffer with since", async () => {
    const { client, clock, sent } = world([standing("submitted")], { prepare });
    const given = png(300, 300);
    const expected = Buffer.from(given).toString("base64");
    const call = client.image2video.submit({ image: given });
    given.fill(0);
    await success(clock, call);
    expect(sent[0]?.body.image).toBe(expected);
  });

  it("may come from a source that gives its bytes at once", async () => {
    const { client, clock, sent } = world([standing("submitted")], { prepare });
    const read = () => png(300, 300) as unknown as Promise<Uint8Array>;
    await success(clock, client.image2video.submit({ image: { read } }));
    expect(sent[0]?.body.image).toBe(Buffer.from(png(300, 300)).toString("base64"));
  });

  it("given as an address object is sent as the address", async () => {
    const { client, sent } = world([standing("submitted")], { prepare });
    await client.image2video.submit({ image: new URL("https://example.com/a.png") });
    expect(sent[0]?.body.image).toBe("https://example.com/a.png");
  });

  it("that comes without end is left as soon as it is too large, and told so", async () => {
    let left = false;
    const source = (async function* () {
      try {
        for (;;) yield new Uint8Array(1_000_000);
      } finally {
        left = true;
      }
    })();
    await expect(prepare("image2video", { image: source })).rejects.toBeInstanceOf(InputError);
    expect(left).toBe(true);
  });
});

describe("a client without `prepare` sent a file's path, or {}, in place of a picture", () => {
  const objects = Object.entries(kinds).filter(([name]) => !name.includes("base64") && !name.includes("data URL"));
  it.each([
    ...objects,
    ["a Promise", () => Promise.resolve(base64)],
    ["a number", () => 5],
    ["a plain object", () => ({})],
    ["a list of one address", () => ["https://example.com/a.png"]],
    ["a function", () => () => base64],
  ] as [string, () => never][])("%s is refused before anything is sent, with the way out", async (_, make) => {
    const { client, clock, sent } = world([standing("submitted")]);
    for (const call of [
      () => client.image2video.submit({ image: make() }),
      () => client.multiImage2video.submit({ prompt: "x", image_list: [{ image: base64 }, { image: make() }] }),
      () => client.effects.submit({ effect_scene: "hug_pro", input: { images: [base64, make()] } } as never),
    ]) {
      const error = (await failure(clock, call())) as InputError;
      expect(error).toBeInstanceOf(InputError);
      expect(error.message).toMatch(/ is not text\. .*`prepare` of @klingkit\/core\/inputs/);
    }
    expect(sent).toEqual([]);
  });

  it.each([
    ["a Blob", () => new Blob([good])],
    ["bytes", () => good],
    ["a file", () => fileInput(file)],
    ["a Readable", () => Readable.from([good])],
    ["a function", () => () => base64],
  ])("%s in a field that takes no bytes is refused too", async (_, make) => {
    const { client, clock, sent } = world([standing("submitted")]);
    const body = { video_url: make() } as never;
    expect(await failure(clock, client.videoToAudio.submit(body))).toHaveProperty(
      "message",
      expect.stringMatching(/^video_url is not text/),
    );
    expect(sent).toEqual([]);
  });

  it("names the place", async () => {
    const { client, clock } = world([standing("submitted")]);
    const error = await failure(
      clock,
      client.multiImage2video.submit({ prompt: "x", image_list: [{ image: base64 }, { image: good }] }),
    );
    expect(error).toHaveProperty("message", expect.stringMatching(/^image_list\[1\]\.image is not text/));
  });

  it("takes addresses, base64, and what is absent, as before", async () => {
    const { client, sent } = world([standing("submitted")]);
    await client.image2video.submit({ image: "https://example.com/a.png", image_tail: null, static_mask: "" } as never);
    await client.effects.submit({ effect_scene: "hug_pro", input: { images: [base64, base64] } } as never);
    expect(sent.map(({ body }) => body.image ?? "list")).toEqual(["https://example.com/a.png", "list"]);
  });

  it("a body that holds itself is still told as such", async () => {
    const body: Record<string, unknown> = { image: base64 };
    body.self = body;
    const { client, clock } = world([standing("submitted")]);
    expect(await failure(clock, client.image2video.submit(body as never))).toBeInstanceOf(InputError);
  });
});

describe("a sound", () => {
  it("is taken as bytes, up to its size", async () => {
    const body = { image: "https://example.com/a.png", sound_file: new Blob(["ID3"]) };
    expect(await prepare("avatar", { ...body })).toMatchObject({ sound_file: "SUQz" });
    const long = { ...body, sound_file: new Uint8Array(5_300_000) };
    await expect(prepare("avatar", long)).rejects.toThrow(/^sound_file is 5\.1 MB; at most 5 MB/);
  });
});

function readResponse(): Response {
  const response = new Response(good);
  void response.arrayBuffer();
  return response;
}

function endless(): ReadableStream<Uint8Array> {
  const head = png(640, 480);
  let count = 0;
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(count === 0 ? head : new Uint8Array(1_000_000));
      count += 1;
      if (count > 1_000) throw new Error("Nobody stops.");
    },
  });
}

function broken(): ReadableStream<Uint8Array> {
  return new ReadableStream({ pull: (controller) => controller.error(new Error("cut")) });
}
