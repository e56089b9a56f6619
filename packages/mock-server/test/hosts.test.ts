import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { klingMock } from "@klingkit/mock-server/express";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { type Dialect, dialectPath } from "@klingkit/spec";
import express from "express";
import { afterEach, describe, expect, it, vi } from "vitest";
import { closeAll, closers, type Host, hosts } from "./hosts-kit.js";

afterEach(closeAll);

/** Options that make every run of the same script give the same answers. */
const settled = (dialect: Dialect): MockOptions => ({
  dialect,
  seed: 7,
  clock: new MockClock(() => 1_795_000_000_000),
  publicUrl: "http://results.invalid",
});

const body = JSON.stringify({ image: "https://example.com/a.jpg", model_name: "kling-v2-6", external_task_id: "own" });
const key = { authorization: "Bearer k" };

/** What is asked of every host, in order; the state of one request shows in the next. */
const script = (path: string): [string, string, RequestInit][] => [
  ["GET", "/__mock/health", {}],
  ["POST", path, { body, headers: key }],
  ["POST", path, { body, headers: key }],
  ["POST", path, { body: "{", headers: key }],
  ["POST", path, { body: "", headers: key }],
  ["POST", path, { body: new TextEncoder().encode('{"image":"\uD83D\uDE00"}'), headers: key }],
  ["POST", path, { body: new Uint8Array([0x7b, 0xff, 0x7d]), headers: key }],
  [
    "POST",
    path,
    { body: Buffer.from(`{"image":"https://example.com/a.jpg","prompt":"Caf\u00e9"}`, "latin1"), headers: key },
  ],
  [
    "POST",
    path,
    { body: Buffer.from(`\ufeff{"image":"https://example.com/a.jpg","model_name":"kling-v3"}`), headers: key },
  ],
  [
    "POST",
    path,
    {
      body: `{"image":"https://example.com/a.jpg","element_list":[{"element_id":829836802793406551}],"model_name":"kling-v3"}`,
      headers: key,
    },
  ],
  ["GET", `${path}/own`, { headers: key }],
  ["POST", "/__mock/clock", { body: '{"advance":60000}' }],
  ["GET", `${path}/own`, { headers: key }],
  ["HEAD", `${path}/own`, { headers: key }],
  ["GET", path, { headers: key }],
  ["GET", `${path}?pageNum=0`, { headers: key }],
  ["GET", `${path}/unknown`, { headers: key }],
  ["GET", `${path}/own`, {}],
  ["GET", `${path}/a%2Fb`, { headers: key }],
  ["GET", `${path}/./own`, { headers: key }],
  ["PUT", path, { body, headers: key }],
  ["DELETE", `${path}/own`, { headers: key }],
  ["OPTIONS", path, {}],
  ["GET", "/kling/v1/nonsense", { headers: key }],
  ["POST", path, { body, headers: { ...key, prefer: "code=1303" } }],
  ["POST", path, { body, headers: { ...key, prefer: "fault=html-502" } }],
  ["POST", path, { body, headers: { ...key, prefer: "nonsense" } }],
  ["POST", path, { body, headers: { ...key, prefer: "fault=slow-drip, delay=10" } }],
  ["POST", path, { body, headers: { ...key, prefer: "delay=1-9, code=1302, times=2" } }],
  ["POST", path, { body, headers: key }],
  ["POST", path, { body, headers: { authorization: "Bearer test-arrears" } }],
  ["POST", "/__mock/rules", { body: '{"prefer":"fault=rate-limit-retry-after","match":{"verb":"get"},"times":1}' }],
  ["GET", "/__mock/rules", {}],
  ["GET", `${path}/own`, { headers: key }],
  ["GET", `${path}/own`, { headers: key }],
  ["GET", "/__mock/accounts", {}],
  ["POST", "/__mock/accounts", { body: '{"account":"account-1","units":1}' }],
  ["GET", "/bs2/upload-ylab-stunt-sgp/muse/1/VIDEO/20261122/nonsense.mp4", {}],
  ["GET", "/__mock/ledger", {}],
  ["GET", "/__mock/nonsense", {}],
  ["POST", "/__mock/reset", {}],
  ["GET", `${path}/own`, { headers: key }],
];

const compared = [
  "content-type",
  "content-length",
  "location",
  "access-control-allow-origin",
  "preference-applied",
  "klingkit-unverified",
  "retry-after",
];

async function play(host: Host, dialect: Dialect) {
  const { fetch, origin } = await host(settled(dialect));
  const answers = [];
  for (const [method, path, init] of script(dialectPath("/kling/v1/videos/image2video", dialect))) {
    const response = await fetch(`${origin}${path}`, { ...init, method, redirect: "manual" });
    const headers = Object.fromEntries(compared.map((name) => [name, response.headers.get(name)]));
    answers.push({ method, path, status: response.status, headers, body: await response.text() });
  }
  return answers;
}

describe.each(["cometapi", "kling"] satisfies Dialect[])("hosts in the dialect %s", (dialect) => {
  it("give equal answers to equal requests", async () => {
    const { fetch = [], ...others } = Object.fromEntries(
      await Promise.all(Object.entries(hosts).map(async ([name, host]) => [name, await play(host, dialect)] as const)),
    );
    expect(fetch.length).toBeGreaterThan(20);
    for (const [name, answers] of Object.entries(others)) expect(answers, name).toEqual(fetch);
  });
});

describe.each(Object.entries(hosts))("the host %s", (_name, host) => {
  it("keeps little for a reader of events that is too slow, and tells it once that it missed some", async () => {
    const { mock, fetch, origin } = await host({});
    const here = origin.includes("127.0.0.1") ? origin : "https://mock.klingkit.invalid";
    const leaving = new AbortController();
    const { body: events } = await fetch(`${here}/__mock/events`, { signal: leaving.signal });
    const tasks = 150;
    // More than all the buffers on the way hold: 150 events of 200 kB.
    for (let index = 0; index < tasks; index += 1) {
      const answer = await mock.fetch(
        `https://mock.klingkit.invalid${dialectPath("/kling/v1/videos/image2video", "cometapi")}`,
        {
          method: "POST",
          body: JSON.stringify({ image: "https://example.com/a.jpg", model_name: "kling-v2-6" }),
          headers: key,
        },
      );
      const { data } = (await answer.json()) as { readonly data: { readonly task_id: string } };
      mock.tasks.fail(data.task_id, "why? ".repeat(40_000));
    }
    const reader = events?.pipeThrough(new TextDecoderStream()).getReader();
    const until = async (wanted: string) => {
      let text = "";
      while (!text.includes(wanted)) text += (await reader?.read())?.value ?? "";
      return [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
    };
    const told = await until("event: resync");
    expect(told.filter((type) => type === "task-moved").length).toBeLessThan(tasks);
    mock.reset();
    expect(await until("event: reset")).toEqual(["reset"]);
    leaving.abort();
  });

  it("streams events until its reader goes", async () => {
    const { mock, fetch, origin } = await host({});
    const here = origin.includes("127.0.0.1") ? origin : "https://mock.klingkit.invalid";
    const leaving = new AbortController();
    const { body: events } = await fetch(`${here}/__mock/events`, { signal: leaving.signal });
    const reader = events?.pipeThrough(new TextDecoderStream()).getReader();
    await fetch(`${origin}${dialectPath("/kling/v1/videos/image2video", "cometapi")}`, {
      method: "POST",
      body: JSON.stringify({ image: "https://example.com/a.jpg" }),
      headers: key,
    });
    let text = "";
    while (!text.includes("event: request")) text += (await reader?.read())?.value ?? "";
    expect([...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type)).toEqual([
      "account",
      "warning",
      "task-created",
      "charge",
      "request",
    ]);
    expect(text).toContain('"field":"model_name"');
    leaving.abort();
    await vi.waitFor(() => expect(mock.events.listeners).toBe(0));
  });
});

describe("the fetch in process", () => {
  it("ends with its signal, also when it has followed a redirect", async () => {
    const mock = createMock();
    const gaveUp = new AbortController();
    mock.events.subscribe(({ type, detail }) => {
      if (type === "request" && detail.path === "/") gaveUp.abort();
    });
    const answer = mock.fetch(
      `http://mock.klingkit.invalid${dialectPath("/kling/v1/videos/image2video", "cometapi")}/1`,
      {
        headers: { ...key, prefer: "fault=redirect-html" },
        signal: gaveUp.signal,
      },
    );
    await expect(answer).rejects.toThrow(gaveUp.signal.reason);
  });
});

describe("the node host", () => {
  const start = async (options: Parameters<typeof startMockServer>[0] = {}): Promise<MockServer> => {
    const server = await startMockServer({ port: 0, render: "none", ...options });
    closers.push(server.close);
    return server;
  };

  it("cuts the connection when a fault says so, after the work was done", async () => {
    const server = await start();
    const headers = { ...key, prefer: "fault=reset-after-accept" };
    await expect(fetch(`${server.url}/kling/v1/videos/image2video`, { method: "POST", body, headers })).rejects.toThrow(
      "fetch failed",
    );
    expect(server.mock.ledger.charges).toHaveLength(1);
  });

  /** Sends a request whose body never comes. @returns the error's code, or "waits" where the server wants the body */
  const sendHead = async ({ url, mock }: MockServer, prefer = "") => {
    const before = mock.requests.count;
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    const cut = new Promise<string>((resolve) => {
      socket.once("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? ""));
    });
    const head = `POST /kling/v1/videos/image2video HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer k\r\n${prefer}Content-Length: 1000000\r\n\r\n{`;
    // The server has seen the head once it has answered a request that came later.
    await new Promise<void>((resolve) => socket.write(head, () => resolve()));
    for (let asked = 0; asked < 3; asked += 1) await fetch(`${url}/__mock/health`);
    const outcome = mock.requests.count > before ? await cut : "waits";
    socket.destroy();
    return outcome;
  };

  it("cuts the connection before the body has come when the header alone says so, and counts it once", async () => {
    const server = await start();
    const { mock } = server;
    expect(await sendHead(server, "Prefer: fault=reset-before\r\n")).toBe("ECONNRESET");
    expect(mock.requests.list()).toMatchObject([{ status: null, body: null }]);
    expect(await sendHead(server, "Prefer: fault=reset-before, times=2\r\n")).toBe("waits");
    mock.rules.add({ prefer: "fault=reset-before" });
    expect(await sendHead(server)).toBe("waits");
  });

  it("cuts it after the body has come when a rule, a chance or a count says so, as other hosts do", async () => {
    const server = await start({ seed: 3 });
    const other = createMock({ seed: 3 });
    const ask = (url: string, fetcher: typeof fetch, prefer = "") =>
      fetcher(`${url}/kling/v1/videos/image2video`, { method: "POST", body, headers: { ...key, prefer } }).then(
        () => "answered",
        () => "cut",
      );
    const twice = "fault=reset-before, times=2";
    for (const outcome of ["cut", "cut", "answered"]) {
      expect(await ask(server.url, fetch, twice)).toBe(outcome);
      expect(await ask("https://api.cometapi.com", other.fetch, twice)).toBe(outcome);
    }
    for (const { rules } of [server.mock, other]) rules.add({ prefer: "fault=reset-before", probability: 0.5 });
    const outcomes: string[] = [];
    const others: string[] = [];
    for (let count = 0; count < 20; count += 1) {
      outcomes.push(await ask(server.url, fetch));
      others.push(await ask("https://api.cometapi.com", other.fetch));
    }
    expect(outcomes).toEqual(others);
    expect(new Set(outcomes).size).toBe(2);
  });

  it("reads the body where the prompt or a rule about it decides, and leaves control calls alone", async () => {
    const { mock, url } = await start();
    mock.rules.add({ match: { model: "kling-v2-6" }, prefer: "fault=reset-before" });
    const submit = (text: string) =>
      fetch(`${url}/kling/v1/videos/image2video`, { method: "POST", body: text, headers: key });
    await expect(submit(body)).rejects.toThrow("fetch failed");
    mock.rules.clear();
    await expect(submit(JSON.stringify({ prompt: "[[fault=reset-before]]" }))).rejects.toThrow("fetch failed");
    expect(mock.ledger.charges).toEqual([]);
    mock.rules.add({ prefer: "fault=reset-before" });
    expect((await fetch(`${url}/__mock/clock`, { method: "POST", body: '{"advance":1}' })).status).toBe(200);
  });

  it("gives a caller that names no host addresses which lead to its results", async () => {
    const { url, mock } = await start();
    const path = "/kling/v1/videos/image2video";
    await mock.fetch(`${url}${path}`, { method: "POST", headers: key, body });
    mock.clock.advance(60_000);
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(`GET ${path}/own HTTP/1.0\r\nAuthorization: Bearer k\r\n\r\n`);
    let answer = "";
    for await (const piece of socket) answer += piece;
    const [, result = ""] = /"url":"([^"]+)"/.exec(answer) ?? [];
    expect((await fetch(result)).status).toBe(200);
  });

  it("says that it can't refuse a connection it has taken", async () => {
    const { url, mock } = await start();
    const headers = { ...key, prefer: "fault=connection-refused" };
    const answer = await fetch(`${url}/kling/v1/videos/image2video`, { method: "POST", body, headers });
    expect(answer.status).toBe(501);
    expect(answer.headers.get("klingkit-unsupported-fault")).toBe("connection-refused");
    expect(await answer.json()).toMatchObject({ error: { code: "unsupported-fault" } });
    expect(mock.ledger.charges).toHaveLength(0);
  });

  it("answers requests that arrive together each by itself, whatever becomes of the others", async () => {
    let breaks = false;
    const clock = new MockClock(() => {
      const throws = breaks;
      breaks = false;
      if (throws) throw new Error("No time is left.");
      return Date.now();
    });
    const { url, mock } = await start({ clock });
    const submit = (id: number, prefer: string) =>
      fetch(`${url}/kling/v1/videos/image2video`, {
        method: "POST",
        body: JSON.stringify({ image: "https://example.com/a.jpg", external_task_id: `own-${id}` }),
        headers: { ...key, prefer },
      }).then(
        async (answer) => (answer.ok ? (await answer.json()).data.task_info.external_task_id : answer.status),
        () => "cut",
      );
    breaks = true;
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, id) => submit(id, id === 7 ? "fault=reset-after-accept" : "delay=0")),
    );
    const broken = outcomes.indexOf(500);
    expect(outcomes).toEqual(
      Array.from({ length: 30 }, (_, id) => (id === broken ? 500 : id === 7 ? "cut" : `own-${id}`)),
    );
    expect(broken).toBeGreaterThanOrEqual(0);
    expect(mock.ledger.charges).toHaveLength(29);
  });

  it("says in one sentence that a port is taken", async () => {
    const { url } = await start();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow(/^Port \d+ is taken; choose another/);
  });

  it("carries middleware of people's own behind the simulator's paths", async () => {
    const server = await start({
      middleware: [express.Router().get("/own", (_request, response) => void response.send("mine"))],
    });
    expect(await (await fetch(`${server.url}/own`)).text()).toBe("mine");
    expect(await (await fetch(server.url)).text()).toContain("klingkit simulator");
  });

  it("keeps strangers' pages away from the control API", async () => {
    const { url } = await start();
    const evil = await fetch(`${url}/__mock/reset`, { method: "POST", headers: { origin: "https://evil.example" } });
    expect(evil.status).toBe(403);
    expect(evil.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("closes by itself at the end of its block", async () => {
    let url = "";
    {
      await using server = await startMockServer({ port: 0, render: "none" });
      url = server.url;
      expect((await fetch(`${url}/__mock/health`)).status).toBe(200);
    }
    await expect(fetch(`${url}/__mock/health`)).rejects.toThrow();
  });
});

describe("the middleware", () => {
  it("says so when a body parser came first", async () => {
    const application = express();
    application.use(express.json(), klingMock(createMock()));
    application.use(
      ((error, _request, response, _next) =>
        void response.status(500).send(error.message)) satisfies express.ErrorRequestHandler,
    );
    const server = createServer(application).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    closers.push(async () => void server.close());
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/kling/v1/videos/image2video`;
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { ...key, "content-type": "application/json" },
    });
    expect(await answer.text()).toContain("before any body parser");
  });

  it("leaves other paths to the next handler, and gives result addresses below its mount", async () => {
    const mock = createMock({ clock: new MockClock(() => 1_795_000_000_000) });
    const application = express();
    application.use("/fake", klingMock(mock));
    application.get("/fake/other", (_request, response) => void response.send("theirs"));
    const server = createServer(application).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    closers.push(async () => void server.close());
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fake`;
    expect(await (await fetch(`${base}/other`)).text()).toBe("theirs");
    await fetch(`${base}/kling/v1/videos/image2video`, { method: "POST", body, headers: key });
    mock.clock.advance(60_000);
    const task = (await (await fetch(`${base}/kling/v1/videos/image2video/own`, { headers: key })).json()) as {
      data: { task_result: { videos: { url: string }[] } };
    };
    const address = task.data.task_result.videos[0]?.url ?? "";
    expect(address.startsWith(`${base}/bs2/`)).toBe(true);
    expect((await fetch(address)).status).toBe(200);
  });
});
