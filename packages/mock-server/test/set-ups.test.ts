import { once } from "node:events";
import { mkdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { dirname, join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { mockHandlers } from "@klingkit/mock-server/msw";
import { serve, startMockServer } from "@klingkit/mock-server/node";
import { setupServer } from "msw/node";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { hook, receiving } from "./callbacks-kit.js";
import { ask, image2video, minimal } from "./helpers.js";
import { choicesOf } from "./serve-kit.js";
import { keptMock, statePath, submit } from "./state-kit.js";

const path = image2video.cometapi;
const headers = { authorization: "Bearer k" };

async function open(options: MockOptions = {}, notice?: (line: string) => void) {
  const server = await startMockServer({ ...options, port: 0, render: "none", ...(notice ? { notice } : {}) });
  onTestFinished(() => server.close());
  return server;
}

describe("a body that is packed", () => {
  const text = JSON.stringify({ ...minimal, external_task_id: "own" });

  it.each([
    ["gzip", gzipSync(text)],
    ["br", brotliCompressSync(text)],
    ["deflate", deflateSync(text)],
    ["identity", Buffer.from(text)],
  ])("is taken: %s", async (encoding, body) => {
    const { url } = await open();
    const answer = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { ...headers, "content-encoding": encoding },
      body,
    });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as { data: { task_info: object } }).data.task_info).toEqual({
      external_task_id: "own",
    });
  });

  it("is refused where it unfolds into more than the limit, or can't be unpacked", async () => {
    const { url } = await open();
    const send = (body: Uint8Array<ArrayBuffer>) =>
      fetch(`${url}${path}`, { method: "POST", headers: { ...headers, "content-encoding": "gzip" }, body });
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(80 * 1024 * 1024, " ")));
    expect(bomb.length).toBeLessThan(200_000);
    expect((await send(bomb)).status).toBe(413);
    expect((await send(new TextEncoder().encode("no gzip"))).status).toBe(400);
    expect((await send(new Uint8Array(gzipSync(text)).slice(0, 20))).status).toBe(400);
  });
});

describe("a callback that is not sent", () => {
  it("says so on the terminal once, with the cause and the option that would allow it", async () => {
    const lines: string[] = [];
    const { url, mock } = await open({ callbackRetry: { attempts: 1 } }, (line) => lines.push(line));
    const refusing = createServer((_request, response) => void response.writeHead(500).end()).listen(0, "127.0.0.1");
    await once(refusing, "listening");
    onTestFinished(() => void refusing.close());
    const { port } = refusing.address() as AddressInfo;
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const { port: nobody } = gone.address() as AddressInfo;
    gone.close();
    for (const to of ["http://receiver.example:8080/x", `http://127.0.0.1:${nobody}/x`, `http://127.0.0.1:${port}/x`]) {
      for (let count = 0; count < 2; count += 1)
        await fetch(`${url}${path}`, {
          method: "POST",
          headers,
          body: JSON.stringify({ ...minimal, callback_url: to }),
        });
    }
    mock.clock.advance(60_000);
    await mock.callbacks.settled();
    expect(lines.sort()).toEqual([
      ...[
        `A callback to 127.0.0.1:${nobody} was not sent: connection refused.`,
        `A callback to 127.0.0.1:${port} was not taken: answered 500.`,
      ].sort(),
      "A callback to receiver.example:8080 was not sent: its host is not allowed; start the simulator with --allow-callback-host receiver.example:8080.",
    ]);
  });

  it.each([
    ["ENOTFOUND", "no such host in DNS"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "TLS: DEPTH_ZERO_SELF_SIGNED_CERT"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "TLS: ERR_TLS_CERT_ALTNAME_INVALID"],
    ["UND_ERR_CONNECT_TIMEOUT", "connection timed out"],
    ["ECONNREFUSED", "connection refused"],
  ])("has its cause in the log: %s", async (code, reason) => {
    const { mock, submit } = receiving({}, () => {
      const cause = Object.assign(new AggregateError([]), { code });
      throw new TypeError("fetch failed", { cause });
    });
    await submit("scenario=stuck");
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries[0]).toMatchObject({ outcome: "unreachable", reason });
  });

  it("goes to a host that is allowed with its port, and to no other port of it", async () => {
    for (const [url, outcome] of [
      ["http://receiver.example:8080/x", "taken"],
      ["http://receiver.example/x", "host-not-allowed"],
      ["https://secure.example/x", "taken"],
      ["https://secure.example:8443/x", "host-not-allowed"],
    ]) {
      const allowCallbackHosts = ["receiver.example:8080", "secure.example:443"];
      const { mock, submit } = receiving({ allowCallbackHosts });
      await submit("", { callback_url: url ?? "" });
      await mock.callbacks.settled();
      expect(mock.callbacks.deliveries[0]?.outcome, url).toBe(outcome);
    }
  });
});

describe("a signature", () => {
  const callbackSecret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";
  const stampOf = async (options: MockOptions, advance: number) => {
    const stamps: number[] = [];
    const callbackFetch: typeof fetch = async (_input, init) => {
      stamps.push(Number(new Headers(init?.headers).get("webhook-timestamp")));
      return new Response();
    };
    const mock = createMock({ callbackSecret, callbackFetch, ...options });
    await ask(mock.fetch, "POST", path, { body: { ...minimal, callback_url: hook } });
    mock.clock.advance(advance);
    await mock.callbacks.settled();
    return (stamps.at(-1) ?? 0) - Date.now() / 1000;
  };

  it("can be verified by receivers with a clock of their own when the simulator's is hours ahead", async () => {
    expect(Math.abs(await stampOf({}, 3_600_000))).toBeLessThan(60);
    expect(await stampOf({ callbackTime: "simulated" }, 3_600_000)).toBeGreaterThan(3_500);
    expect(await stampOf({ clock: new MockClock() }, 3_600_000)).toBeGreaterThan(3_500);
  });
});

describe("a run with a seed and a start time", () => {
  it("has the same ids and times on a port too", async () => {
    const run = async () => {
      await using server = await serve(
        choicesOf("--seed", "7", "--start-time", "2026-01-01T00:00:00Z", "--progress", "reads=1,1"),
      );
      const texts: string[] = [];
      for (let count = 0; count < 3; count += 1) {
        const made = await fetch(`${server.url}${path}`, { method: "POST", headers, body: JSON.stringify(minimal) });
        texts.push(await made.text());
        const { task_id } = JSON.parse(texts.at(-1) ?? "").data;
        for (let reads = 0; reads < 3; reads += 1)
          texts.push(await (await fetch(`${server.url}${path}/${task_id}`, { headers })).text());
      }
      return texts.map((text) => text.replaceAll(server.url, ""));
    };
    const first = await run();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await run()).toEqual(first);
    expect(first[0]).toContain(`"created_at":${Date.UTC(2026, 0, 1)}`);
  });
});

describe("MSW in strict mode", () => {
  it("lets the simulator's own callbacks pass", async () => {
    const told: string[] = [];
    const receiver = createServer((request, response) => {
      told.push(request.method ?? "");
      response.end();
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    const mock = createMock();
    mock.clock.freeze();
    const server = setupServer(...mockHandlers(mock));
    server.listen({ onUnhandledRequest: "error" });
    onTestFinished(() => server.close());
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    await fetch(`https://api.cometapi.com${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ ...minimal, callback_url: url }),
    });
    await mock.callbacks.settled();
    expect(told).toEqual(["POST"]);
    expect(mock.callbacks.deliveries).toMatchObject([{ outcome: "taken" }]);
    await expect(fetch(url, { method: "POST" })).rejects.toThrow();
  });
});

describe("a caller that hangs up", () => {
  it("is told in one line, not by a stack, whichever path it asked for", async () => {
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    onTestFinished(() => printed.mockRestore());
    const lines: string[] = [];
    const { url } = await open({}, (line) => lines.push(line));
    for (const target of [`${path}?key=sk-secret`, "/elsewhere"]) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      await once(socket, "connect");
      socket.write(`POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 500\r\n\r\n{"mod`);
      await fetch(`${url}/elsewhere`);
      socket.resetAndDestroy();
    }
    await vi.waitFor(() => expect(lines).toHaveLength(2));
    expect(lines[0]).toBe(`The caller of POST ${path} hung up before its request was read.`);
    expect(printed).not.toHaveBeenCalled();
  });
});

describe("a state file", () => {
  const modeOf = (file: string) => (statSync(file).mode & 0o777).toString(8);

  it("is its owner's alone, as its lock is", async () => {
    const file = statePath();
    const { mock, journal } = keptMock(file, {}, { spareLines: 5 });
    expect([modeOf(file), modeOf(`${file}.lock`)]).toEqual(["600", "600"]);
    for (let count = 0; count < 20; count += 1)
      await ask(mock.fetch, "POST", "/__mock/clock", { body: { advance: 1 } });
    await submit(mock);
    await journal.close();
    expect(modeOf(file)).toBe("600");
  });

  it("can't be used by two through a link, also one that is still to be made", async () => {
    const file = statePath();
    const link = join(dirname(file), "alias.jsonl");
    symlinkSync(file, link);
    const linked = keptMock(link);
    await submit(linked.mock);
    expect(() => keptMock(file)).toThrow(/is using the state file/);
    await linked.journal.close();
    const folder = join(dirname(file), "folder");
    mkdirSync(folder);
    symlinkSync(folder, join(dirname(file), "other"));
    const through = keptMock(join(dirname(file), "other", "s.jsonl"));
    expect(() => keptMock(join(folder, "s.jsonl"))).toThrow(/is using the state file/);
    await through.journal.close();
    const again = keptMock(file);
    expect(again.mock.tasks.size).toBe(1);
    await again.journal.close();
  });

  it("says so where a newer klingkit wrote it", () => {
    const file = statePath();
    writeFileSync(file, '{"klingkit":"state","version":99,"dialect":"cometapi"}\n');
    expect(() => keptMock(file)).toThrow(/A newer klingkit wrote .* \(version 99; this one reads 2\); update klingkit/);
  });
});

describe("a secret of callbacks", () => {
  it("can be read from a file, and the sentence is clear where it can't", async () => {
    const file = statePath();
    writeFileSync(file, "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=\n");
    await (await serve(choicesOf("--callback-secret-file", file))).close();
    await expect(serve(choicesOf("--callback-secret-file", file, "--callback-secret", "whsec_AAAA"))).rejects.toThrow(
      /two ways to say one thing/,
    );
    rmSync(file);
    await expect(serve(choicesOf("--callback-secret-file", file))).rejects.toThrow(/can't be read: .*; give the path/);
  });
});

describe("a connection that is kept", () => {
  it("lasts longer than a caller's pool keeps it", async () => {
    const { url } = await open();
    const answer = await fetch(`${url}/__mock/health`);
    expect(answer.headers.get("keep-alive")).toBe("timeout=65");
  });
});
