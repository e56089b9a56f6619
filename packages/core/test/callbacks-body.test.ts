import { describe, expect, it } from "vitest";
import { callback, key, post, receiver, refusalOf, withToken } from "./callbacks-kit.js";
import { quiet } from "./helpers.js";

const succeed = callback("succeed", 5);

it("a callback nested deeper than anybody can follow is refused like any other nonsense", async () => {
  const { receive } = receiver({ token: key });
  for (const body of ["[".repeat(100_000) + "]".repeat(100_000), `{"a":${"[".repeat(60_000)}${"]".repeat(60_000)}}`]) {
    expect((await receive(post(await withToken(), body))).status).toBe(400);
  }
});

describe("a body", () => {
  it.each([
    ["no JSON", "{", [400, "not-json"]],
    ["a list", "[]", [400, "not-json"]],
    ["empty", "", [400, "not-json"]],
    ["without a status", { task_id: "1" }, [400, "not-a-task"]],
    ["with an object for an id", { task_id: {}, task_status: "succeed" }, [400, "not-a-task"]],
    ["with a path for an id", { task_id: "../1", task_status: "succeed" }, [400, "not-a-task"]],
    ["too large", { ...succeed, padding: "x".repeat(2_000) }, [413, "too-large"]],
  ] as const)("that is %s is refused", async (_, body, expected) => {
    const { receive } = receiver({ token: key, maxBytes: 1_000 });
    expect(await refusalOf(await receive(post(await withToken(), body)))).toEqual(expected);
  });

  it("that is no UTF-8, breaks off, or grows too large without saying so is refused", async () => {
    const { receive } = receiver({ token: key, maxBytes: 1_000 });
    const url = await withToken();
    const send = (body: BodyInit) => receive(new Request(url, { method: "POST", body, duplex: "half" } as RequestInit));
    const latin = Buffer.from(JSON.stringify({ ...succeed, task_status_msg: "ä" }), "latin1");
    expect(await refusalOf(await send(new Uint8Array(latin)))).toEqual([400, "not-json"]);
    const broken = new ReadableStream({
      start: (controller) => controller.error(new Error("cut")),
    });
    expect(await refusalOf(await send(broken))).toEqual([400, "unreadable-body"]);
    const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(300)) });
    expect(await refusalOf(await send(endless))).toEqual([413, "too-large"]);
  });

  it("that is announced as too large is not read; one that somebody has read already, or that is missing, is refused", async () => {
    const { receive } = receiver({ token: key, maxBytes: 1_000 });
    const url = await withToken();
    const announced = post(url, succeed, { "content-length": "1001" });
    expect(await refusalOf(await receive(announced))).toEqual([413, "too-large"]);
    expect(announced.bodyUsed).toBe(false);
    const read = post(url, succeed);
    await read.text();
    expect(await refusalOf(await receive(read))).toEqual([400, "unreadable-body"]);
    expect(await refusalOf(await receive(new Request(url, { method: "POST" })))).toEqual([400, "not-json"]);
  });

  it("comes with POST", async () => {
    const { receive } = receiver({ token: key });
    const response = await receive(new Request(await withToken()));
    expect(response.headers.get("allow")).toBe("POST");
    expect(await refusalOf(response)).toEqual([405, "wrong-method"]);
  });

  it.each([1_000, 1_001])(
    "of %i bytes is taken as long as that is not over the limit, announced or not",
    async (size) => {
      const { receive } = receiver({ token: key, maxBytes: 1_000 });
      const empty = JSON.stringify({ ...succeed, padding: "" });
      const text = JSON.stringify({ ...succeed, padding: "x".repeat(size - empty.length) });
      const pieces = new ReadableStream({
        start(controller) {
          for (let at = 0; at < size; at += 300) controller.enqueue(new TextEncoder().encode(text.slice(at, at + 300)));
          controller.close();
        },
      });
      const url = await withToken();
      const expected = size > 1_000 ? 413 : 204;
      expect((await receive(post(url, text, { "content-length": String(size) }))).status).toBe(expected);
      const streamed = new Request(url, { method: "POST", body: pieces, duplex: "half" } as RequestInit);
      expect((await receive(streamed)).status).toBe(expected);
    },
  );

  it("comes in pieces, which are put together in their order", async () => {
    const { receive, done, reports } = receiver({ token: key });
    const bytes = new TextEncoder().encode(JSON.stringify({ ...succeed, task_status_msg: "漢字" }));
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.slice(at, at + 7));
        controller.close();
      },
    });
    await receive(new Request(await withToken(), { method: "POST", body, duplex: "half" } as RequestInit));
    await done();
    expect(reports).toMatchObject([{ task: { task_status: "succeed", task_status_msg: "漢字" } }]);
  });

  it("is at most 256 KiB long unless more is allowed", async () => {
    const { receive } = receiver({ token: key });
    const empty = JSON.stringify({ ...succeed, padding: "" });
    for (const size of [262_144, 262_145]) {
      const text = JSON.stringify({ ...succeed, padding: "x".repeat(size - empty.length) });
      expect((await receive(post(await withToken(), text))).status).toBe(size > 262_144 ? 413 : 204);
    }
  });

  it("is taken whatever the platform gives besides the request", async () => {
    const told: string[] = [];
    const { handler } = receiver({ token: key, onTask: ({ task_status }) => told.push(task_status) });
    expect((await handler(post(await withToken(), callback("submitted", 1)))).status).toBe(204);
    expect((await handler(post(await withToken(), callback("processing", 2)), {})).status).toBe(204);
    await quiet();
    expect(told).toEqual(["submitted", "processing"]);
  });
});
