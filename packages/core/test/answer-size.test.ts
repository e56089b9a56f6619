import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createKlingClient } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { envelope, failure, picture, success, task, taskId, world } from "./helpers.js";

/** A body that comes in these parts; without an end where `isEndless`. Tells whether its reader has left it. */
function comingIn(parts: readonly Uint8Array<ArrayBuffer>[], isEndless = false) {
  const seen = { pulls: 0, wasLeft: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      const part = isEndless ? parts[0] : parts[seen.pulls];
      seen.pulls += 1;
      if (part) controller.enqueue(part);
      else controller.close();
    },
    cancel() {
      seen.wasLeft = true;
    },
  });
  return { seen, answer: () => new Response(stream, { status: 200 }) };
}

const kilobyte = new Uint8Array(1_024).fill(32);

describe("an answer that comes in parts", () => {
  it("is read whole, also where a letter is torn in two", async () => {
    const bytes = new TextEncoder().encode(
      JSON.stringify(envelope(task("failed", { task_status_msg: "太暗了 — trop sombre" }))),
    );
    const { answer } = comingIn(Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const { client, clock } = world([answer]);
    expect(await success(clock, client.image2video.get(taskId))).toMatchObject({
      task_status_msg: "太暗了 — trop sombre",
    });
  });
});

describe("an answer nested too deeply", () => {
  it("was told as a broken connection where a key was looked for in it", async () => {
    const text = `{"code":0,"data":{"task_id":"${taskId}","note":"\\n","x":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`;
    const { client, clock } = world([() => new Response(text)]);
    const error = await failure(clock, client.image2video.get(taskId));
    expect(error).toMatchObject({ name: "ResponseFormatError", handle: { task_id: taskId } });
    expect(error).toHaveProperty("message", expect.stringContaining("nested too deeply"));
  });
});

describe("an answer without end filled the memory", () => {
  it("of a query: it is left at the limit, and asking again is not advised", async () => {
    const { seen, answer } = comingIn([kilobyte], true);
    const { client, clock, sent } = world([answer], { maxAnswerBytes: 10_000 });
    const error = await failure(clock, client.image2video.get(taskId));
    expect(error).toMatchObject({ name: "ResponseFormatError", retry: "after-fix", handle: { task_id: taskId } });
    expect(error).toHaveProperty("message", expect.stringMatching(/larger than 10000 bytes.*maxAnswerBytes/));
    expect(seen).toMatchObject({ wasLeft: true });
    expect(seen.pulls).toBeLessThan(13);
    expect(sent).toHaveLength(1);
  });

  it("of a create: a task may exist, and is looked for", async () => {
    const { seen, answer } = comingIn([kilobyte], true);
    const { client, clock, posts } = world([answer, "no answer"], { maxAnswerBytes: 10_000 });
    const error = await failure(clock, client.image2video.submit({ image: picture, external_task_id: "order-1" }));
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", handle: { external_task_id: "order-1" } });
    expect(seen.wasLeft).toBe(true);
    expect(posts()).toBe(1);
  });

  it("that comes slowly ends with the time limit, which holds while reading", async () => {
    const stream = new ReadableStream({ pull: () => new Promise(() => {}) });
    const { client, clock } = world([() => new Response(stream)], { retry: { attempts: 1 }, timeoutMs: 5_000 });
    const start = clock.now();
    expect(await failure(clock, client.image2video.get(taskId))).toMatchObject({ code: "timeout" });
    expect(clock.now() - start).toBe(5_000);
  });

  it("packed small is counted as it is unpacked", async () => {
    const packed = gzipSync(Buffer.alloc(20_000_000, " "));
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" }).end(packed);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const call = createKlingClient({ apiKey: "sk-test-key", baseUrl }).image2video.get(taskId);
      await expect(call).rejects.toThrow("larger than 16777216 bytes");
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
