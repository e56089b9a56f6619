import { ConnectionError, InputError, RefusedError, ResponseFormatError } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { download } from "./download-kit.js";
import { answer, failure, finish, networkFault, results, task, world } from "./helpers.js";

const clip = "\0\0\0\x10ftypisom\0\0\0\0";
const address = "https://cdn.example.com/v.mp4";

describe("a download", () => {
  it("gives what the host says and the bytes, once", async () => {
    const { client } = world([answer(200, clip, { "content-type": "video/mp4", "content-length": "16" })]);
    const result = await download(client, task("succeed", { task_result: results }));
    expect(result).toMatchObject({ url: address, contentType: "video/mp4", size: 16 });
    expect(await (await result.blob()).text()).toBe(clip);
    await expect(result.blob()).rejects.toBeInstanceOf(InputError);
  });

  it.each([
    ["video/mp4", "video/mp4"],
    ["", ""],
  ])("gives a Blob of the type that the host says: %j", async (type, blobType) => {
    const host = () => new Response(new TextEncoder().encode(clip), { headers: type ? { "content-type": type } : {} });
    expect((await (await download(world([host]).client, address)).blob()).type).toBe(blobType);
  });

  it.each([
    ["no length", {}],
    ["nonsense", { "content-length": "many" }],
    ["a negative length", { "content-length": "-1" }],
    ["the length of the compressed body", { "content-length": "3", "content-encoding": "gzip" }],
  ])("knows no size from %s", async (_, headers) => {
    const { client } = world([answer(200, "bytes", headers)]);
    expect((await download(client, address)).size).toBeUndefined();
  });

  it.each([
    "http://cdn.example.com/v.mp4",
    "http://127.0.0.1.example.com/v.mp4",
    "http://localhost.example.com/v.mp4",
    "ftp://localhost/v.mp4",
    "file:///etc/passwd",
    "data:video/mp4,x",
    "v.mp4",
    "",
  ])("of %j is refused before anything is sent", async (target) => {
    const { client, sent } = world([answer(200, "bytes")]);
    await expect(download(client, target)).rejects.toBeInstanceOf(InputError);
    expect(sent).toHaveLength(0);
  });

  it.each([
    ["a task that is not done", task("processing", { task_result: {} }), 0],
    ["an index that is not there", task("succeed", { task_result: results }), 1],
    ["a negative index", task("succeed", { task_result: results }), -1],
  ])("of %s is refused", async (_, target, index) => {
    const { client, sent } = world([answer(200, "bytes")]);
    await expect(download(client, target, { index })).rejects.toBeInstanceOf(InputError);
    expect(sent).toHaveLength(0);
  });

  it.each([
    ["a task", { index: -1 }, "index is not a number"],
    ["a task", { maxBytes: Number.NaN }, "maxBytes is not a number"],
    [address, { maxBytes: -1 }, "maxBytes is not a number"],
  ])("of %s with the options %o is refused: %s", async (target, options, says) => {
    const { client, sent } = world([answer(200, clip)]);
    const from = target === address ? target : task("succeed", { task_result: results });
    await expect(download(client, from, options)).rejects.toThrow(says);
    expect(sent).toHaveLength(0);
  });

  it.each([
    ["that has no name", {}, undefined],
    [
      "that is named",
      { family: "avatar", external_task_id: "a-1" },
      { family: "avatar", task_id: "842250903629086785", external_task_id: "a-1" },
    ],
  ])("of a task %s, which has succeeded without a result, says not to pay again", async (_, name, handle) => {
    const { client, sent } = world([answer(200, clip)]);
    const error = await download(client, task("succeed", { ...name, task_result: {} })).catch((thrown) => thrown);
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error).toMatchObject({ code: "result-missing", retry: "never" });
    expect(error.handle).toEqual(handle);
    expect(sent).toHaveLength(0);
  });

  it.each([
    [{}, "status: unknown"],
    [{ task_result: {} }, "status: unknown"],
    [{ task_status: "processing\u001b[2J" }, "status: processing"],
  ])("of the task %o says what is known of it", async (target, says) => {
    const error = await download(world([]).client, target).catch((thrown) => thrown);
    expect(error.message).toContain(says);
    expect(error.message).not.toContain("\u001b");
  });

  it.each([
    [410, "result-gone", "never"],
    [403, "result-unavailable", "after-delay"],
    [404, "result-unavailable", "after-delay"],
    [429, "download-refused", "after-delay"],
    [500, "download-refused", "after-delay"],
  ])("that the host answers with %d is refused as %s", async (status, code, retry) => {
    const { client, clock, sent } = world([answer(status, "no")]);
    const error = await failure(clock, download(client, address));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ status, code, retry });
    expect(sent).toHaveLength(retry === "never" ? 1 : 4);
  });

  it.each([
    ["plain http", "http://elsewhere.example/v.mp4"],
    ["this machine", "http://127.0.0.1:1/v.mp4"],
  ])("is not led through %s, even if the redirects end at https", async (_, location) => {
    const moved = answer(302, "", { location });
    const { client, sent } = world([moved, answer(302, "", { location: address }), answer(200, clip)]);
    await expect(download(client, address)).rejects.toMatchObject({ code: "download-refused", status: 302 });
    expect(sent).toHaveLength(1);
  });

  it("follows redirects from one address to the next, but not for ever", async () => {
    const moved = answer(307, "", { location: "../b/v.mp4" });
    const { client, sent } = world([moved, answer(200, clip)]);
    expect(await (await (await download(client, address)).blob()).text()).toBe(clip);
    expect(sent.map(({ url }) => url)).toEqual([address, "https://cdn.example.com/b/v.mp4"]);
    const endless = world([moved]);
    await expect(download(endless.client, address)).rejects.toMatchObject({ code: "download-refused", status: 307 });
    expect(endless.sent).toHaveLength(21);
  });

  it("follows a redirect whose answer has no body", async () => {
    const moved = () => new Response(null, { status: 300, headers: { location: "/moved.mp4" } });
    const { client, sent } = world([moved, answer(200, clip)]);
    expect(await (await (await download(client, address)).blob()).text()).toBe(clip);
    expect(sent.map(({ url }) => url)).toEqual([address, "https://cdn.example.com/moved.mp4"]);
  });

  it.each([200, 201, 400, 410])("does not go where an answer of HTTP %d points to", async (status) => {
    const { client, sent, clock } = world([answer(status, clip, { location: "/elsewhere.mp4" })]);
    await finish(clock, download(client, address));
    expect(new Set(sent.map(({ url }) => url))).toEqual(new Set([address]));
  });

  it("lets a browser follow, which tells no address on the way", async () => {
    const opaque = () => Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });
    const { client, sent } = world([opaque, answer(200, clip)]);
    expect(await (await (await download(client, address)).blob()).text()).toBe(clip);
    expect(sent.map(({ redirect }) => redirect)).toEqual(["manual", "follow"]);
  });

  it("that ends in a redirect to plain http is refused", async () => {
    const redirected = () =>
      Object.defineProperties(new Response("bytes"), {
        redirected: { value: true },
        url: { value: "http://elsewhere.example/v.mp4" },
      });
    const { client } = world([redirected]);
    await expect(download(client, address)).rejects.toThrow(/not https/);
  });

  it("that breaks is a ConnectionError, before the body and in it", async () => {
    const retry = { attempts: 1 };
    const before = world([networkFault("ECONNRESET")], { retry });
    await expect(download(before.client, address)).rejects.toBeInstanceOf(ConnectionError);
    const cut = () =>
      new Response(new ReadableStream({ pull: (controller) => controller.error(new TypeError("cut")) }));
    const result = await download(world([cut], { retry }).client, address);
    await expect(result.blob()).rejects.toBeInstanceOf(ConnectionError);
  });

  it("asked of something that is no client is refused", async () => {
    const { client } = world([answer(200, "bytes")]);
    for (const other of [{}, null, { ...client }])
      await expect(download(other as never, address)).rejects.toBeInstanceOf(InputError);
  });

  it("that is aborted is an AbortedError with the caller's reason", async () => {
    const { client } = world(["no answer"]);
    const controller = new AbortController();
    const call = download(client, address, { signal: controller.signal });
    setImmediate(() => controller.abort("stop"));
    await expect(call).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
  });
});
