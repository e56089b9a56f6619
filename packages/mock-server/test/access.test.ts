import { once } from "node:events";
import { request } from "node:http";
import { createMock, type MockOptions } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { image2video, minimal } from "./helpers.js";

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends what no `fetch` sends: a Host of its own. */
async function send(url: string, { method = "GET", path = "/__mock/state", headers = {}, body }: Sent) {
  const sent = request(`${url}${path}`, { method, headers, agent: false }).end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers as Record<string, string>, text };
}

async function open(options: MockOptions = {}) {
  const server = await startMockServer({ ...options, port: 0, render: "none" });
  onTestFinished(() => server.close());
  return server;
}

describe("a callback to the control API of its own simulator", () => {
  it.each(["advance", "succeed", "fail"])("has no effect: %s", async (verb) => {
    const { url, mock } = await open({ progress: "manual", callbackRetry: { attempts: 1 } });
    const submit = async (callback_url?: string) => {
      const body = JSON.stringify({ ...minimal, callback_url });
      const sent = { method: "POST", path: image2video.cometapi, headers: { authorization: "Bearer k" }, body };
      return JSON.parse((await send(url, sent)).text).data.task_id as string;
    };
    const id = await submit();
    await submit(`${url}/__mock/tasks/${id}/${verb}`);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "refused", answerStatus: 400 }]);
    expect((await send(url, { path: `/__mock/tasks/${id}` })).text).toContain('"task_status":"submitted"');
  });
});

describe("a simulator in a container, reached by its service name", () => {
  const host = "mock:4600";

  it("answers the API and probes, and says which option opens the control API", async () => {
    const { url } = await open();
    expect((await send(url, { path: "/__mock/health", headers: { host } })).status).toBe(200);
    for (const path of ["/__mock/state", "/__mock/studio/"]) {
      const refused = await send(url, { path, headers: { host } });
      expect(refused.status).toBe(403);
      expect(refused.text).toContain("--allow-control-host mock");
      expect(refused.text).toContain("--control-token");
    }
    const submit = { method: "POST", path: image2video.cometapi, headers: { host, authorization: "Bearer k" } };
    expect((await send(url, { ...submit, body: JSON.stringify(minimal) })).status).toBe(200);
  });

  it.each(["mock", "mock:4600"])("is steered by a name that --allow-control-host gives: %s", async (allowed) => {
    const { url } = await open({ allowControlHosts: [allowed] });
    for (const path of ["/__mock/state", "/__mock/studio/"])
      expect((await send(url, { path, headers: { host } })).status).toBe(200);
    expect((await send(url, { headers: { host: "other:4600" } })).status).toBe(403);
    expect((await send(url, { headers: { host, origin: "http://evil.example" } })).status).toBe(403);
    expect((await send(url, { headers: { host, origin: "http://mock:4600" } })).status).toBe(200);
  });

  it("is steered with the control token, by header only, whatever the name; pages are still refused", async () => {
    const { url } = await open({ controlToken: "s3cret-token" });
    const ask = (headers: Record<string, string>, path?: string) =>
      send(url, { headers: { host, ...headers }, ...(path === undefined ? {} : { path }) });
    expect((await ask({ "x-klingkit-control": "s3cret-token" })).status).toBe(200);
    for (const wrong of ["", "s3cret-tokem", "s3cret-token2", "s3cret", "s3cret-tokens3cret-token"]) {
      const refused = await ask({ "x-klingkit-control": wrong });
      expect(refused.status).toBe(403);
      expect(refused.text).not.toContain('s3cret-token"');
    }
    expect((await ask({}, "/__mock/state?x-klingkit-control=s3cret-token")).status).toBe(403);
    expect((await ask({ "x-klingkit-control": "s3cret-token", origin: "http://evil.example" })).status).toBe(403);
    expect((await send(url, {})).status).toBe(200);
  });
});

describe("a page elsewhere", () => {
  const submit = (headers: Record<string, string>) => ({
    method: "POST",
    path: image2video.cometapi,
    headers: { authorization: "Bearer x", "content-type": "text/plain", ...headers },
    body: JSON.stringify({ ...minimal, callback_url: "http://127.0.0.1:9/admin/delete" }),
  });

  it.each([
    "http://evil.example",
    "null",
    "file://",
    "http://127.0.0.1.evil.example",
    "https://localhost.evil.example",
  ])("can't make the simulator do anything, a callback to a local service least of all: %s", async (origin) => {
    const { url, mock } = await open();
    const refused = await send(url, submit({ origin, host: "evil.example" }));
    expect(refused.status).toBe(403);
    expect(refused.headers["access-control-allow-origin"]).toBeUndefined();
    expect(refused.text).toContain(`--allow-origin ${origin}`);
    expect((await send(url, { method: "OPTIONS", path: image2video.cometapi, headers: { origin } })).status).toBe(403);
    expect(mock.tasks.size).toBe(0);
    expect(mock.callbacks.pending).toBe(0);
  });

  it.each(["http://localhost:5173", "https://127.0.0.1:1", "http://[::1]:3000", "https://app.example"])(
    "may use it where it is on this machine or named: %s",
    async (origin) => {
      const { url } = await open({ allowOrigins: ["https://app.example"] });
      const answer = await send(url, submit({ origin }));
      expect(answer.status).toBe(200);
      expect(answer.headers).toMatchObject({ "access-control-allow-origin": origin, vary: "origin" });
      const asked = { origin, "access-control-request-headers": "authorization,x-trace-id,x-app-version" };
      const preflight = await send(url, { method: "OPTIONS", path: image2video.cometapi, headers: asked });
      expect(preflight.status).toBe(204);
      expect(preflight.headers["access-control-allow-headers"]).toBe(asked["access-control-request-headers"]);
    },
  );

  it("is refused in process too, and callers that are no page are told nothing about pages", async () => {
    const mock = createMock();
    const ask = (headers: Record<string, string>) =>
      mock.fetch(`http://127.0.0.1:1${image2video.cometapi}/1`, { headers });
    expect((await ask({ origin: "https://evil.example" })).status).toBe(403);
    expect((await ask({ authorization: "Bearer k" })).headers.get("access-control-allow-origin")).toBeNull();
  });
});
