import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { createCallbackHandler } from "@klingkit/core/callbacks";
import { dialects } from "@klingkit/spec";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../src/run.js";
import { canary, emptyFolder, FakeIo, klingkit, simulator, until } from "./helpers.js";

const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/** An app that keeps what reaches it. */
async function startApp(status = 204) {
  const seen: { body: Buffer; headers: Record<string, unknown>; url: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    seen.push({ body: await buffer(request), headers: request.headers, url: request.url });
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, seen };
}

/** `klingkit listen` on a free port, until the test ends. */
async function startListener(args: readonly string[], env: Record<string, string> = {}) {
  const io = new FakeIo({ env });
  const ended = run(["listen", "--port", "0", ...args], io);
  await until(() => /http:\S+/.test(io.err));
  onTestFinished(async () => {
    io.interrupt();
    await ended;
  });
  return { io, ended, url: /http:\S+\//.exec(io.err)?.[0] ?? "" };
}

describe("klingkit listen and trigger", () => {
  it("send a signed callback to an app of one's own, through a listener, with its bytes unchanged", async () => {
    const app = await startApp();
    const env = { KLINGKIT_CALLBACK_SECRET: secret };
    const { io, url } = await startListener(["--forward-to", app.url, "--json"], env);
    for (const state of ["submitted", "processing", "succeed", "failed"]) {
      const sent = (await klingkit(["trigger", state, "--to", url, "--json"], { env })).json();
      expect(sent).toMatchObject({ status: 204, signed: true, body: { task_status: state } });
    }
    expect(app.seen.map(({ body }) => JSON.parse(body.toString()).task_status)).toEqual([
      "submitted",
      "processing",
      "succeed",
      "failed",
    ]);
    const receiver = createCallbackHandler({ secret, family: "image2video", onTask: () => {} });
    for (const { body, headers } of app.seen) {
      const signed = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
      const request = new Request(app.url, { method: "POST", headers: signed, body: new Uint8Array(body) });
      expect((await receiver(request)).status).toBeLessThan(300);
    }
    const printed = io.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(printed).toHaveLength(4);
    expect(printed[2]).toMatchObject({ verified: true, forwarded: { status: 204 }, body: { task_status: "succeed" } });
  });

  it("refuses a callback with another signature, and does not forward it", async () => {
    const app = await startApp();
    const { io, url } = await startListener(["--forward-to", app.url], { KLINGKIT_CALLBACK_SECRET: secret });
    const { code, out } = await klingkit(["trigger", "succeed", "--to", url]);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("answered 4") });
    expect(app.seen).toEqual([]);
    expect(io.out).toContain("REFUSED");
  });

  it("keeps the headers to itself that are about its own connection, so that the app gets the callback", async () => {
    const app = await startApp();
    const { url } = await startListener(["--forward-to", app.url], {});
    const headers = { "keep-alive": "timeout=5", te: "trailers", expect: "100-continue", "x-own": "kept" };
    const sent = request(url, { method: "POST", headers }).end('{"task_id":"1","task_status":"succeed"}');
    const [answer] = (await once(sent, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(204);
    expect(app.seen).toMatchObject([{ headers: { "x-own": "kept" } }]);
  });

  it("reads no more than its limit of a body whose length is not told", async () => {
    const { url } = await startListener(["--json"], {});
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (++sent > 200) return controller.close();
        controller.enqueue(new Uint8Array(65_536).fill(97));
      },
    });
    const status = await fetch(url, { method: "POST", body, duplex: "half" } as RequestInit).then(
      (answer) => answer.status,
      () => "closed",
    );
    expect([413, "closed"]).toContain(status);
    expect(sent).toBeLessThan(200);
  });

  it("answer as the app behind the listener does", async () => {
    const app = await startApp(503);
    const { url } = await startListener(["--forward-to", app.url]);
    expect((await klingkit(["trigger", "failed", "--to", url, "--json"])).json()).toMatchObject({ status: 503 });
  });

  it("receive what the simulator sends", async () => {
    const env = { KLINGKIT_CALLBACK_SECRET: secret };
    const { io, url } = await startListener([], env);
    const server = await simulator({ callbackSecret: secret });
    const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "x", "--callback-url", url];
    const { out, err } = await klingkit([...submit, "--base-url", server.url]);
    expect(out, err).toMatch(/^text2video\//);
    await until(() => io.out.includes("succeed"));
    expect(io.out).toContain("signature verified");
    expect(io.out).not.toContain("REFUSED");
  });

  it("ends with Ctrl-C, and says what is wrong with its options", async () => {
    const { io, ended } = await startListener([]);
    io.interrupt();
    expect(await ended).toBe(0);
    expect(await klingkit(["listen", "--forward-to", "nonsense"])).toMatchObject({ code: 2 });
    expect(await klingkit(["trigger", "succeed", "--to", "http://127.0.0.1:1/"])).toMatchObject({ code: 2 });
    expect((await klingkit(["trigger", "suceed", "--to", "http://127.0.0.1:1/"])).err).toContain("succeed");
    const env = { KLINGKIT_CALLBACK_SECRET: "no-base64!" };
    expect((await klingkit(["listen", "--port", "0"], { env })).err).toContain("is not whsec_ followed by base64");
  });
});

describe("klingkit doctor", () => {
  it("looks at the server of the dialect that is asked for", async () => {
    const env = { HTTPS_PROXY: "http://127.0.0.1:1", KLING_API_KEY: canary };
    const { out, err } = await klingkit(["doctor", "--dialect", "kling"], { env });
    expect(out, err).toContain(`${dialects.kling.baseUrl} does not answer`);
    expect(out).not.toContain(dialects.cometapi.baseUrl);
  });

  it("takes no host on the network for this machine, whatever its name begins with", async () => {
    const env = { HTTP_PROXY: "http://127.0.0.1:1" };
    const { out } = await klingkit(["doctor", "--base-url", "http://127.evil.example"], { env });
    expect(out).toMatch(/FAIL +key +COMETAPI_KEY not set/);
  });

  it.each(["cometapi", "kling"] as const)("finds a simulator in order, also what --live asks (%s)", async (dialect) => {
    const { url, mock } = await simulator({ dialect });
    const env = { COMETAPI_KEY: canary, KLING_API_KEY: canary, KLINGKIT_DIALECT: dialect };
    const { code, out, err } = await klingkit(["doctor", "--base-url", url, "--live"], { env });
    expect(code, out + err).toBe(0);
    expect(out).toContain(`${url} answers: SIMULATED`);
    expect(out).toMatch(/\nEverything is in order\.\n$/);
    expect(out).not.toContain(canary);
    expect(mock.requests.list().filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("does not say that a key is right which it did not ask about", async () => {
    const { url } = await simulator();
    const env = { COMETAPI_KEY: "test-wrong-key" };
    const { code, out } = await klingkit(["doctor", "--base-url", url], { env });
    expect(code).toBe(0);
    expect(out).toContain("The server was not asked about the key; klingkit doctor --live asks");
    expect(await klingkit(["doctor", "--base-url", url, "--live"], { env })).toMatchObject({
      code: 3,
      out: expect.stringContaining("Check the key"),
    });
  });

  it("ends with what to do", async () => {
    const env = { COMETAPI_KEY: "“quoted”", KLINGKIT_STATE_DIR: "/proc/nowhere" };
    const { code, out } = await klingkit(["doctor", "--base-url", "http://127.0.0.1:1", "--live"], { env });
    // There is nobody to ask what the contract says.
    expect(out).not.toContain("text2video");
    expect(code).toBe(3);
    expect(out).toMatch(/To do:\n {2}state folder: Set KLINGKIT_STATE_DIR/);
    expect(out).toMatch(/\n {2}key: Set COMETAPI_KEY again/);
    expect(out).toMatch(/\n {2}server: Check the address/);
  });

  it("says where a server differs from the contract", async () => {
    const { url, mock } = await simulator();
    mock.rules.add({ match: { operation: "image2video" }, prefer: "code=5000" });
    const { code, out } = await klingkit(["doctor", "--base-url", url, "--live"]);
    expect(code, out).toBe(3);
    expect(out).toMatch(/FAIL +image2video +/);
    expect(out).toMatch(/ok +text2video +answers as the contract says/);
  });

  it("says that a clock is off", async () => {
    const server = createServer((_, response) =>
      response.setHeader("date", new Date(Date.now() - 3_600_000).toUTCString()).end(),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { out } = await klingkit(["doctor", "--base-url", `http://127.0.0.1:${port}`]);
    expect(out).toMatch(/FAIL +clock +3[56]\d\d s from the server's/);
  });
});

describe("klingkit completion", () => {
  const complete = async (...words: string[]) => (await klingkit(["complete", "--", ...words])).out.trim().split("\n");

  it.each(["bash", "zsh", "fish", "powershell"])("prints a script for %s that asks klingkit", async (shell) => {
    const { code, out } = await klingkit(["completion", shell]);
    expect({ code, asks: out.includes("klingkit complete --") }).toEqual({ code: 0, asks: true });
  });

  it("completes commands, families, fields and their values", async () => {
    expect(await complete("ge")).toEqual(["generate", "get"]);
    expect(await complete("submit", "image2")).toEqual(["image2video"]);
    expect(await complete("submit", "image2video", "--asp")).toEqual([""]);
    expect(await complete("submit", "text2video", "--asp")).toEqual(["--aspect-ratio"]);
    expect(await complete("submit", "text2video", "--mode", "")).toEqual(expect.arrayContaining(["std", "pro"]));
    expect(await complete("completion", "f")).toEqual(["fish"]);
    expect(await complete("generate", "a.jpg", "--model-name", "kling-v3")).toEqual(["kling-v3"]);
    expect(await complete("generate", "--jsonl", "--mode", "p")).toEqual(["pro"]);
    expect(await complete("jobs", "--family", "avat")).toEqual(["avatar"]);
    expect(await complete("models", "multi-image2v")).toEqual(["multi-image2video"]);
  });

  it("completes the handles of jobs", async () => {
    const { url } = await simulator();
    const env = { KLINGKIT_STATE_DIR: await emptyFolder() };
    const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "x", "--base-url", url];
    const handle = (await klingkit(submit, { env })).out.trim();
    const { out } = await klingkit(["complete", "--", "resume", "text"], { env });
    expect(out).toBe(`${handle}\n`);
  });
});
