import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, get, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { createInterface } from "node:readline";
import { createMock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";
import { ask, image2video, minimal } from "./helpers.js";
import { closeAll, hosts } from "./hosts-kit.js";

afterEach(closeAll);

const path = image2video.cometapi;
const headers = { authorization: "Bearer k", "content-type": "application/json" };
const submit = (url: string, { prefer, ...body }: Record<string, string> = {}) =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { ...headers, ...(prefer === undefined ? {} : { prefer }) },
    body: JSON.stringify({ ...minimal, ...body }),
  });

/** Receives callbacks. @param isTaken false: no callback is ever answered */
async function receiver(isTaken: boolean) {
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    bodies.push(request.url ?? "");
    request.resume();
    if (isTaken) response.end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => end(server));
  return { url: addressOf(server), bodies };
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function end(server: Server): void {
  server.closeAllConnections();
  server.close();
}

/** Resolves with how a request ended, or did not begin. */
const fate = (answer: Promise<Response>) =>
  answer.then(
    async (response) => `${response.status} ${(await response.text().catch(() => "cut")).slice(0, 20)}`,
    (error: Error) => error.name,
  );

interface Situation {
  /** Brings it about; resolves once it is there. */
  begin(url: string): Promise<unknown>;
  readonly args?: readonly string[];
}

/** What can be under way when a simulator is to end. */
const situations: Readonly<Record<string, Situation>> = {
  nothing: { begin: async () => {} },
  "a stream of events": { begin: async (url) => (await fetch(`${url}/__mock/events`)).body?.getReader().read() },
  "an answer that is held back for minutes": {
    begin: async (url) => {
      void fate(submit(url, { prefer: "delay=300000" }));
      await isLogged(url);
    },
  },
  "an answer that drips": { begin: (url) => submit(url, { prefer: "fault=slow-drip, delay=300000" }) },
  "a callback that is to be sent again": {
    begin: (url) => submit(url, { callback_url: "http://127.0.0.1:9/nobody" }),
  },
  "a callback nobody answers": {
    begin: async (url) => {
      const { url: to, bodies } = await receiver(false);
      await submit(url, { callback_url: to });
      await expect.poll(() => bodies.length).toBe(1);
    },
  },
  "half a request": {
    begin: async (url) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.on("error", () => {});
      onTestFinished(() => void socket.destroy());
      await once(socket, "connect");
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"mod`);
    },
  },
  "a video that is rendered": {
    args: ["--render", "full", "--clear-cache"],
    begin: async (url) => {
      const { data } = (await (await submit(url, { mode: "pro" })).json()) as { data: { task_id: string } };
      await fetch(`${url}/__mock/tasks/${data.task_id}/succeed`, { method: "POST" });
      const task = (await (await fetch(`${url}${path}/${data.task_id}`, { headers })).json()) as {
        data: { task_result: { videos: { url: string }[] } };
      };
      // Node says "continue" when it hands a request over: the video is being rendered from then on.
      const request = get(task.data.task_result.videos[0]?.url ?? "", { headers: { expect: "100-continue" } });
      request.on("error", () => {});
      await once(request, "continue");
    },
  },
};

async function isLogged(url: string): Promise<void> {
  await expect
    .poll(async () => ((await (await fetch(`${url}/__mock/requests`)).json()) as { count: number }).count)
    .toBeGreaterThan(0);
}

const bin = builtFile("packages/mock-server", "dist/bin.js");

async function startProcess(args: readonly string[]): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const env = { ...process.env, KLINGKIT_CACHE_DIR: "" };
  const all = [bin, "--port", "0", "--render", "none", ...args];
  const child = spawn(process.execPath, all, { env, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  if (!child.stdout) throw new Error("Nothing can be read from the process.");
  const [line] = (await once(createInterface(child.stdout), "line")) as [string];
  return { child, url: /http:\S+/.exec(line)?.[0] ?? "" };
}

describe.each(Object.entries(situations))("while there is %s", (_, { begin, args = [] }) => {
  it("a process is gone within a second of SIGTERM", async () => {
    const { child, url } = await startProcess(args);
    await begin(url);
    const gone = once(child, "exit");
    const asked = performance.now();
    child.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    expect(performance.now() - asked).toBeLessThan(1_000);
  });

  it("close() ends it within a second, and nothing is sent afterwards", async () => {
    const server = await startMockServer({ port: 0, render: args.length > 0 ? "full" : "none" });
    await begin(server.url);
    const asked = performance.now();
    await server.close();
    expect(performance.now() - asked).toBeLessThan(1_000);
    expect(server.mock.callbacks.pending).toBe(0);
    expect(server.mock.clock.pending).toBe(0);
  });
});

describe("a simulator that was closed", () => {
  it("sends no callback any more, however its clock is pushed", async () => {
    const { url: to, bodies } = await receiver(true);
    for (const open of Object.values(hosts)) {
      const { mock, fetch, origin } = await open({});
      mock.clock.freeze();
      const body = JSON.stringify({ ...minimal, callback_url: to });
      await fetch(`${origin}${path}`, { method: "POST", headers, body });
      await mock.callbacks.settled();
      const before = bodies.length;
      await mock.close();
      mock.clock.advance(60_000);
      await mock.callbacks.settled();
      expect(bodies.length).toBe(before);
    }
    expect(bodies.length).toBeGreaterThan(0);
  });

  it.each(Object.entries(hosts))("cuts what it held back, and is gone for who asks then: %s", async (name, open) => {
    const { mock, fetch, origin } = await open({});
    const send = (prefer: string) =>
      fate(
        fetch(`${origin}${path}`, { method: "POST", headers: { ...headers, prefer }, body: JSON.stringify(minimal) }),
      );
    const held = send("delay=300000");
    const dripping = fetch(`${origin}${path}`, {
      method: "POST",
      headers: { ...headers, prefer: "fault=slow-drip, delay=300000" },
      body: JSON.stringify(minimal),
    });
    const body = fate(dripping);
    await expect.poll(() => mock.requests.count).toBe(2);
    await dripping;
    await mock.close();
    expect(await held).toBe("TypeError");
    expect(await body).toBe("200 cut");
    // A host of its own that goes on listening can only say so.
    const says = name === "fetch" ? "TypeError" : expect.stringMatching(/^503 /);
    expect(await send("")).toEqual(says);
  });

  it.each(Object.entries(hosts))("is not warned of as a leak, however much it holds back: %s", async (_, open) => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => warnings.push(warning);
    process.on("warning", listen);
    onTestFinished(() => void process.off("warning", listen));
    const { mock, fetch, origin } = await open({});
    const held = Array.from({ length: 20 }, () =>
      fate(fetch(`${origin}${path}/none`, { headers: { ...headers, prefer: "delay=300000" } })),
    );
    await expect.poll(() => mock.requests.count).toBe(20);
    await mock.close();
    expect(new Set(await Promise.all(held))).toEqual(new Set(["TypeError"]));
    expect(warnings).toEqual([]);
  });

  it("is disposed of at the end of a block, can be closed twice, and can still be looked at", async () => {
    let kept: ReturnType<typeof createMock>;
    {
      await using mock = createMock();
      await ask(mock.fetch, "POST", path, { body: minimal });
      kept = mock;
    }
    await kept.close();
    expect(kept.ledger.charges).toHaveLength(1);
    expect(kept.closed.aborted).toBe(true);
    const refused = await kept.fetch(`https://api.example.invalid${path}`).catch((error: TypeError) => error.cause);
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("a client that gives up on a slow answer", () => {
  it.each(Object.entries(hosts))("leaves no timer behind: %s", async (_, open) => {
    const [set, cleared] = [vi.spyOn(globalThis, "setTimeout"), vi.spyOn(globalThis, "clearTimeout")];
    onTestFinished(() => void vi.restoreAllMocks());
    const timer = () => set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 301_000)]?.value;
    const { fetch, origin } = await open({});
    const gaveUp = new AbortController();
    const answer = fetch(`${origin}${path}`, {
      method: "POST",
      headers: { ...headers, prefer: "delay=301000" },
      body: JSON.stringify(minimal),
      signal: gaveUp.signal,
    });
    await vi.waitFor(() => expect(timer()).toBeDefined());
    gaveUp.abort();
    await expect(answer).rejects.toThrow();
    await vi.waitFor(() => expect(cleared.mock.calls.flat()).toContain(timer()));
  });
});
