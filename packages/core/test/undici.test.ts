import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createKlingClient } from "@klingkit/core";
import { Agent, fetch as undiciFetch } from "undici";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { envelope, picture, task, taskId } from "./helpers.js";

interface Seen {
  readonly method: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
  /** The client's port: the same for requests over one kept connection. */
  readonly port: number | undefined;
}

let server: Server;
let agent: Agent;
let seen: Seen[];

beforeEach(async () => {
  seen = [];
  agent = new Agent({ connections: 1 });
  server = createServer(async (request, response) => {
    seen.push(await read(request));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(envelope(task(request.method === "POST" ? "submitted" : "succeed"))));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await agent.close();
  await new Promise((resolve) => server.close(resolve));
});

/** A client whose `fetch` is the one of the package undici, with an agent of its own. */
function client() {
  const { port } = server.address() as AddressInfo;
  // The package's types of Request and Response are not those of the platform, although they work alike.
  const fetch = ((address: string, init: object) => undiciFetch(address, { ...init, dispatcher: agent })) as never;
  return createKlingClient({ apiKey: "sk-test-key", baseUrl: `http://127.0.0.1:${port}`, fetch });
}

async function read(request: IncomingMessage): Promise<Seen> {
  let body = "";
  for await (const part of request) body += part;
  const { method, headers, socket } = request;
  return { method, authorization: headers.authorization, body, port: socket.remotePort };
}

describe("the fetch of the package undici, with an agent", () => {
  it("is not given a Request that it refuses: creates, queries and the paths of the contract work", async () => {
    const kling = client();
    const made = await kling.image2video.submit({ model_name: "kling-v2-6", image: picture, external_task_id: "a-1" });
    expect(made.task_id).toBe(taskId);
    expect(await kling.image2video.get(made)).toMatchObject({ task_status: "succeed" });
    const path = "/kling/v1/videos/image2video/{id}";
    const { data } = await kling.http.GET(path, { params: { path: { id: taskId } } });
    expect(data).toMatchObject({ data: { task_id: taskId } });
    expect(seen.map(({ method }) => method)).toEqual(["POST", "GET", "GET"]);
    expect(JSON.parse(seen[0]?.body ?? "")).toMatchObject({ image: picture, external_task_id: "a-1" });
    expect(new Set(seen.map(({ authorization }) => authorization))).toEqual(new Set(["Bearer sk-test-key"]));
  });

  it("goes through that agent, over its one connection", async () => {
    const kling = client();
    await Promise.all([1, 2, 3].map(() => kling.image2video.get(taskId)));
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1);
  });

  it("ends at once when it is aborted", async () => {
    server.removeAllListeners("request");
    const controller = new AbortController();
    const call = client().image2video.get(taskId, { signal: controller.signal });
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: "aborted" });
  });

  it("says that nothing listens, and that the request was never sent", async () => {
    const kling = client();
    await new Promise((resolve) => server.close(resolve));
    const error = await kling.lipSync
      .submit({ input: { video_id: "1", mode: "text2video", text: "Hello", voice_id: "a", voice_language: "en" } })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ConnectionError", code: "connection-refused", neverSent: true });
  });
});

describe("a port that fetch never connects to", () => {
  it.each([
    ["Node's", globalThis.fetch],
    ["undici's", undiciFetch as unknown as typeof fetch],
  ])("was told as a task that may exist: with %s fetch", async (_, fetch) => {
    const kling = createKlingClient({ apiKey: "sk-test-key", baseUrl: "http://127.0.0.1:9", fetch });
    const error = await kling.image2video.submit({ image: picture }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: "ConnectionError", neverSent: true, retry: "after-fix" });
    expect(error).toHaveProperty("message", expect.stringContaining("Use another port"));
  });
});
