import { describe, expect, it } from "vitest";
import { download } from "./download-kit.js";
import { answer, failure, type Step, success, taskId, world } from "./helpers.js";

const clip = "\0\0\0\x10ftypisom\0\0\0\0";
const address = "https://cdn.example.com/v.mp4";
const once = { retry: { attempts: 1 } };
const twice = { retry: { attempts: 2 } };

/** The first `length` characters of a text, after which the connection breaks. */
function cut(length: number, headers: Record<string, string> = {}, text = clip): () => Response {
  return () => {
    let isSent = false;
    const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
      if (isSent) controller.error(new TypeError("terminated"));
      else controller.enqueue(new TextEncoder().encode(text.slice(0, length)));
      isSent = true;
    };
    return new Response(new ReadableStream({ pull }), { headers });
  };
}

function fetched(steps: readonly Step[], options: Parameters<typeof world>[1] = {}, given = {}) {
  const { client, clock, ...rest } = world(steps, options);
  const call = download(client, address, given).then((found) => found.blob());
  return { clock, call, ...rest };
}

async function textOf(steps: readonly Step[], options?: Parameters<typeof world>[1], given?: object) {
  const { clock, call } = fetched(steps, options, given);
  return (await success(clock, call)).text();
}

async function errorOf(steps: readonly Step[], options?: Parameters<typeof world>[1], given?: object) {
  const { clock, call } = fetched(steps, options, given);
  return failure(clock, call);
}

describe("a refusal by a result's host", () => {
  it.each([
    ["without a body", () => new Response(null, { status: 403 })],
    ["with an empty body", answer(403, "")],
    [
      "whose body breaks off",
      () =>
        new Response(new ReadableStream({ pull: (stream) => stream.error(new TypeError("terminated")) }), {
          status: 403,
        }),
    ],
    ["whose body never comes", () => new Response(new ReadableStream(), { status: 403 })],
  ])("%s is a refusal like any other", async (_, host) => {
    const error = (await errorOf([host], once)) as Error;
    expect(error).toMatchObject({ name: "RefusedError", code: "result-unavailable", status: 403 });
    expect(error.message).toMatch(/HTTP 403\. /);
  });

  it.each([
    [401, "never", "Open the address to see why."],
    [408, "after-delay", "Try again later."],
    [429, "after-delay", "Try again later."],
    [503, "after-delay", "Try again later."],
  ])("with HTTP %d says what to do: %s, %s", async (status, retry, remedy) => {
    expect(await errorOf([answer(status, "")], once)).toMatchObject({ code: "download-refused", retry, remedy });
  });

  it("of a range that nobody asked for is no sign that the file changed", async () => {
    const empty = answer(416, "", { "content-range": "bytes */0" });
    expect(await errorOf([empty], once)).toMatchObject({ code: "download-refused", status: 416, retry: "never" });
  });

  it.each([
    ["ahead", 1_900_000_000, "result-unavailable"],
    ["in this very millisecond", 1_800_000_000, "result-unavailable"],
    ["behind", 1_799_999_999, "result-gone"],
  ])("of an address whose end lies %s says so", async (_, seconds, code) => {
    const { client, clock } = world([answer(403, "")], once);
    const dated = `${address}?ksTime=${seconds.toString(16)}`;
    expect(await failure(clock, download(client, dated))).toHaveProperty("code", code);
  });
});

describe("the size of a result", () => {
  it("may be exactly what is allowed", async () => {
    expect(await textOf([answer(200, clip)], {}, { maxBytes: clip.length })).toBe(clip);
    const announced = answer(200, clip, { "content-length": "16" });
    expect(await textOf([announced], {}, { maxBytes: clip.length })).toBe(clip);
    for (const host of [answer(200, clip), announced])
      expect(await errorOf([host], {}, { maxBytes: clip.length - 1 })).toHaveProperty("code", "result-too-large");
  });

  it.each(["16 bytes", "1e1", "0x10", ""])("is not known from %j", async (length) => {
    const { client } = world([answer(200, clip, { "content-length": length })]);
    expect((await download(client, address)).size).toBeUndefined();
  });

  it.each([
    ["the first answer", { "content-length": "16" }, {}],
    ["the second answer", {}, { "content-length": "16" }],
    ["neither", {}, {}],
  ])("that only %s tells does not keep the parts from belonging together", async (_, first, second) => {
    expect(await textOf([cut(8, first), answer(200, clip, second)])).toBe(clip);
  });

  it("that is another the second time is another file", async () => {
    const [before, after] = [{ "content-length": "16" }, { "content-length": "17" }];
    expect(await errorOf([cut(8, before), answer(200, `${clip}!`, after)])).toHaveProperty("code", "result-changed");
  });
});

describe("a connection that ended after the last byte, which nobody had announced", () => {
  const all = cut(clip.length, { etag: '"A"' });

  it("is whole where the host says that nothing is left, with a body or without", async () => {
    const headers = { "content-range": "bytes */16" };
    for (const host of [answer(416, "no", headers), () => new Response(null, { status: 416, headers })])
      expect(await textOf([all, host])).toBe(clip);
  });

  it("is another file where the host has more or less", async () => {
    for (const size of ["17", "15", "*"])
      expect(await errorOf([all, answer(416, "", { "content-range": `bytes */${size}` })])).toHaveProperty(
        "code",
        "result-changed",
      );
  });

  it("is compared where everything comes again", async () => {
    const headers = { "content-range": "bytes 0-15/16" };
    const again = (text: string) => answer(206, text, headers);
    expect(await textOf([cut(clip.length), again(clip)])).toBe(clip);
    const other = clip.replace("isom", "mp42");
    expect(await errorOf([cut(clip.length), again(other)])).toHaveProperty("code", "result-changed");
  });
});

describe("a part of a result", () => {
  it("that does not say where it begins is joined to nothing", async () => {
    for (const tag of [{}, { etag: '"A"' }])
      expect(await errorOf([cut(8, tag), answer(206, clip.slice(8), tag)])).toHaveProperty("code", "result-changed");
  });

  it("that nobody asked for is not taken for the whole", async () => {
    const part = answer(206, clip.slice(0, 12), { "content-range": "bytes 0-11/16", "content-length": "12" });
    expect(await textOf([part, answer(200, clip)])).toBe(clip);
    expect(await errorOf([part], once)).toMatchObject({
      code: "connection-lost",
      message: expect.stringContaining("Only 12 of 16 bytes came."),
    });
  });

  it("that ends before it has caught up says how much came again", async () => {
    const error = await errorOf([cut(12), answer(200, clip.slice(0, 5))], twice);
    expect(error).toMatchObject({
      code: "connection-lost",
      message: expect.stringContaining("Only 5 of the 12 bytes came again."),
    });
  });

  it("that is missing at the end says how much there is", async () => {
    const error = await errorOf([answer(200, clip.slice(0, 13), { "content-length": "16" })], once);
    expect(error).toHaveProperty("message", expect.stringContaining("Only 13 of 16 bytes came."));
  });
});

describe("a host that is silent", () => {
  it("is left after the time a request may take, which the error says", async () => {
    expect(await errorOf(["no answer"], { ...once, timeoutMs: 7_000 })).toMatchObject({
      code: "connection-lost",
      neverSent: false,
      message: expect.stringContaining("Nothing came for 7000 ms."),
    });
  });

  it("is left when the caller aborts, also by a transport that takes no signal", async () => {
    const { client } = world([], { fetch: () => new Promise(() => {}) });
    const caller = new AbortController();
    const call = download(client, address, { signal: caller.signal });
    setImmediate(() => caller.abort("stop"));
    await expect(call).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
  });
});

it("a download's events tell the address without its signature, and how far it is", async () => {
  const { client, clock, events } = world([cut(12), answer(200, clip)]);
  const found = await success(clock, download(client, `${address}?ksSecret=${taskId}`));
  await success(clock, found.blob());
  const told = events.filter(({ type }) => type === "download");
  expect(told).toMatchObject([
    { address, state: "started", received: 0 },
    { address, state: "resumed", received: 12 },
    { address, state: "done", received: 16 },
  ]);
});
