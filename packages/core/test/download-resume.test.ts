import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKlingClient, type KlingEvent, resultExpiry } from "@klingkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runFromSources } from "../../../tests/support/source-process.js";
import { download, downloadToFile } from "./download-kit.js";
import { answer, failure, quiet, success, TestClock, world } from "./helpers.js";
import { mountSmallDisk, skipWithoutSmallDisk, smallDiskNote } from "./small-disk.js";

const movie = Buffer.concat([Buffer.from("\0\0\0\x18ftypisom", "latin1"), Buffer.alloc(300_000, 7)]);
const tag = '"version-1"';

let server: Server;
let handle: (request: IncomingMessage, response: ServerResponse, count: number) => void;
let requests: IncomingMessage[];
let origin: string;
let folder: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    handle(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(path.join(tmpdir(), "klingkit-resume-"));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const client = (onEvent?: (event: KlingEvent) => void) =>
  createKlingClient({
    apiKey: "sk-canary",
    baseUrl: origin,
    retry: { firstDelayMs: 1 },
    ...(onEvent ? { onEvent } : {}),
  });

/** Answers as a file server does, from the byte that is asked for; cuts the connection after so many bytes. */
function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter = Number.POSITIVE_INFINITY,
  etag = tag,
) {
  const [, from] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const asked = request.headers["if-range"];
  const start = from !== undefined && (asked === undefined || asked === etag) ? Number(from) : 0;
  const rest = movie.subarray(start);
  const range = `bytes ${start}-${movie.length - 1}/${movie.length}`;
  const headers = { "content-type": "video/mp4", "content-length": rest.length, etag };
  response.writeHead(start > 0 ? 206 : 200, start > 0 ? { ...headers, "content-range": range } : headers);
  if (cutAfter >= rest.length) response.end(rest);
  else response.write(rest.subarray(0, cutAfter), () => setImmediate(() => response.destroy()));
}

describe("a download that nobody wants the rest of", () => {
  it.each([
    ["while bytes are awaited", 0],
    ["in the pause after a cut", 100_000],
  ])("asks for no more, and leaves no timer: cancelled %s", async (_, cutAfter) => {
    const clock = new TestClock();
    let asked = 0;
    const fetch = async (_input: unknown, init?: RequestInit) => {
      asked += 1;
      let sent = 0;
      const stream = new ReadableStream({
        start: (controller) => init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason)),
        pull(controller) {
          if (sent > 0) return cutAfter > 0 ? controller.error(new TypeError("terminated")) : new Promise(() => {});
          controller.enqueue(movie.subarray(0, 100_000));
          sent = 100_000;
        },
      });
      return new Response(stream, { headers: { "content-type": "video/mp4", "content-length": `${movie.length}` } });
    };
    const source = createKlingClient({ apiKey: "sk-test-key", fetch, clock, random: () => 0.5 });
    const { stream } = await download(source, "https://cdn.example.com/v.mp4");
    const reader = stream.getReader();
    await reader.read();
    const rest = reader.read();
    await quiet();
    await reader.cancel("enough");
    expect(await rest).toMatchObject({ done: true });
    await clock.advance(120_000);
    expect([asked, clock.sleepers.size]).toEqual([1, 0]);
  });

  it("is let go of when its progress can't be told", async () => {
    let closed = false;
    handle = (_, response) => {
      response.on("close", () => {
        closed = true;
      });
      response.writeHead(200, { "content-type": "video/mp4", "content-length": movie.length });
      response.write(movie.subarray(0, 100_000));
    };
    const onProgress = () => {
      throw new Error("no screen");
    };
    const { blob } = await download(client(), `${origin}/v.mp4`, { onProgress });
    await expect(blob()).rejects.toThrow("no screen");
    await expect.poll(() => closed).toBe(true);
  });
});

describe("a download that is cut", () => {
  it("goes on where it stopped, and asks for the same version", async () => {
    const events: KlingEvent[] = [];
    handle = (request, response, count) => serveFile(request, response, count < 3 ? 100_000 : undefined);
    const done = await downloadToFile(
      client((event) => void events.push(event)),
      `${origin}/v.mp4?ksSecret=x`,
      path.join(folder, "v.mp4"),
    );
    expect(done.size).toBe(movie.length);
    expect(await readFile(done.path)).toEqual(movie);
    expect(requests).toHaveLength(3);
    const [first, ...later] = requests.map(({ headers }) => headers);
    expect(first).not.toHaveProperty("range");
    for (const headers of later)
      expect(headers).toMatchObject({ "if-range": tag, range: expect.stringMatching(/^bytes=\d{5,}-$/) });
    expect(JSON.stringify(requests.map(({ rawHeaders }) => rawHeaders))).not.toContain("canary");
    const states = events.flatMap((event) => (event.type === "download" ? [event.state] : []));
    expect(states).toEqual(["started", "resumed", "resumed", "done"]);
    expect(JSON.stringify(events)).not.toContain("ksSecret");
  });

  it("takes the rest from a server that knows no ranges, if it is the same version", async () => {
    handle = (request, response, count) => {
      delete request.headers.range;
      serveFile(request, response, count < 2 ? 100_000 : undefined);
    };
    const result = await download(client(), `${origin}/v.mp4`);
    expect(Buffer.from(await (await result.blob()).arrayBuffer())).toEqual(movie);
  });

  /** A server that says no size, and cuts the connection when all bytes but the end have come; then it answers so. */
  const cutAtTheEnd = (status: number, headers: Record<string, string>) => {
    handle = (_, response, count) => {
      if (count > 1) return void response.writeHead(status, headers).end();
      response.writeHead(200, { "content-type": "video/mp4", etag: tag });
      response.write(movie, () => setImmediate(() => response.destroy()));
    };
    return download(client(), `${origin}/v.mp4`).then((result) => result.blob());
  };

  it("after its last byte leaves no connection behind: the answer that there is no more stayed unread", async () => {
    const closed = new Promise<void>((resolve) => {
      handle = (_, response, count) => {
        if (count > 1) {
          response.on("close", resolve).writeHead(416, { "content-range": `bytes */${movie.length}` });
          return void response.write("It never ends.");
        }
        response.writeHead(200, { "content-type": "video/mp4", etag: tag });
        response.write(movie, () => setImmediate(() => response.destroy()));
      };
    });
    expect((await (await download(client(), `${origin}/v.mp4`)).blob()).size).toBe(movie.length);
    // Without a reader it would close when its garbage is collected.
    await closed;
  }, 10_000);

  it("after its last byte is whole, if the server says that there is no more", async () => {
    expect((await cutAtTheEnd(416, { "content-range": `bytes */${movie.length}` })).size).toBe(movie.length);
    expect(requests[1]?.headers.range).toBe(`bytes=${movie.length}-`);
  });

  it.each([
    ["is shorter now", 416, { "content-range": `bytes */${movie.length - 1}` }],
    ["is not said to be whole", 416, {}],
  ])("is not taken for whole where the file %s", async (_, status, headers) => {
    await expect(cutAtTheEnd(status, headers)).rejects.toMatchObject({ code: "result-changed", retry: "after-delay" });
  });

  it.each([
    ["of another size", { etag: tag, "content-range": `bytes 100000-${movie.length}/${movie.length + 1}` }],
    ["from another byte, of a file without a version", { "content-range": `bytes 5-9/${movie.length}` }],
  ])("is not joined with a part %s", async (_, headers) => {
    handle = (request, response) => {
      if (request.headers.range) return void response.writeHead(206, headers).end("other");
      const { etag = "" } = headers as { readonly etag?: string };
      response.writeHead(200, { "content-length": movie.length, ...(etag === "" ? {} : { etag }) });
      response.write(movie.subarray(0, 100_000), () => setImmediate(() => response.destroy()));
    };
    const whole = download(client(), `${origin}/v.mp4`).then((result) => result.blob());
    await expect(whole).rejects.toMatchObject({ code: "result-changed" });
  });

  it("again and again without getting further ends with an error", async () => {
    handle = (request, response) => serveFile(request, response, request.headers.range ? 0 : 50_000);
    const file = path.join(folder, "v.mp4");
    await expect(downloadToFile(client(), `${origin}/v.mp4`, file)).rejects.toMatchObject({ code: "connection-lost" });
    expect(requests).toHaveLength(4);
    expect(await readdir(folder)).toEqual([]);
  });

  it("may be cut often as long as it gets further", async () => {
    const big = Buffer.concat([movie, Buffer.alloc(8 * 1_048_576)]);
    const [cut] = [1_200_000];
    handle = (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? "")?.[0] ?? 0);
      const rest = big.subarray(start);
      const range = { "content-range": `bytes ${start}-${big.length - 1}/${big.length}` };
      response.writeHead(start > 0 ? 206 : 200, {
        "content-length": rest.length,
        etag: tag,
        ...(start > 0 ? range : {}),
      });
      if (rest.length <= cut) response.end(rest);
      else response.write(rest.subarray(0, cut), () => setImmediate(() => response.destroy()));
    };
    const result = await download(client(), `${origin}/v.mp4`);
    expect((await result.blob()).size).toBe(big.length);
    expect(requests.length).toBeGreaterThan(5);
  });
});

describe("a download", () => {
  it("follows redirects without the key, and not to plain http elsewhere", async () => {
    handle = (request, response) => {
      if (request.url === "/v.mp4") response.writeHead(302, { location: "/moved.mp4" }).end();
      else serveFile(request, response);
    };
    expect((await (await download(client(), `${origin}/v.mp4`)).blob()).size).toBe(movie.length);
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  it("that is larger than allowed is refused, announced or not", async () => {
    handle = (request, response) => serveFile(request, response);
    await expect(download(client(), `${origin}/v.mp4`, { maxBytes: 1_000 })).rejects.toMatchObject({
      code: "result-too-large",
    });
    handle = (_, response) => {
      response.writeHead(200, { "content-type": "video/mp4" });
      response.end(movie);
    };
    const result = await download(client(), `${origin}/v.mp4`, { maxBytes: 1_000 });
    await expect(result.blob()).rejects.toMatchObject({ code: "result-too-large", retry: "never" });
  });

  it("that comes in single bytes is still recognised, and no wrong byte gets through", async () => {
    const drip = (text: string) => () => {
      const bytes = [...Buffer.from(text, "latin1")];
      const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        const byte = bytes.shift();
        if (byte === undefined) controller.close();
        else controller.enqueue(Uint8Array.of(byte));
      };
      return new Response(new ReadableStream({ pull }), { headers: { "content-type": "video/mp4" } });
    };
    const good = world([drip("\0\0\0\x18ftypisom....")]);
    const whole = await success(
      good.clock,
      download(good.client, "https://cdn.example.com/v.mp4").then((found) => found.blob()),
    );
    expect(await whole.text()).toBe("\0\0\0\x18ftypisom....");
    const bad = world([drip("<!doctype html><p>gone")]);
    const page = await download(bad.client, "https://cdn.example.com/v.mp4");
    const reader = page.stream.getReader();
    await expect(reader.read()).rejects.toMatchObject({ code: "bad-media" });
  });

  it("that goes silent is cut and asked for again", async () => {
    const silent = () =>
      new Response(new ReadableStream({ pull: () => new Promise(() => {}) }), {
        headers: { "content-type": "video/mp4" },
      });
    const { client: scripted, clock, sent } = world([silent, answer(200, movie.toString("latin1"))]);
    await success(
      clock,
      download(scripted, "https://cdn.example.com/v.mp4").then((found) => found.blob()),
    );
    expect(sent).toHaveLength(2);
    expect(clock.sleepers.size).toBe(0);
  });

  it("takes nothing that nobody reads, and stops when it is left", async () => {
    handle = (request, response) => serveFile(request, response, 100_000);
    const { stream } = await download(client(), `${origin}/v.mp4`);
    await stream.cancel();
    expect(requests).toHaveLength(1);
  });

  it("knows from the address when it expires, and says so when it has", async () => {
    const at = (seconds: number) => `https://cdn.example.com/v.mp4?ksSecret=x&ksTime=${seconds.toString(16)}`;
    expect(resultExpiry(at(1_766_828_054))).toEqual(new Date(1_766_828_054_000));
    for (const odd of [
      "https://cdn.example.com/v.mp4",
      "https://h/?ksTime=nonsense",
      "https://h/?ksTime=",
      "no address",
    ])
      expect(resultExpiry(odd)).toBeUndefined();
    const { client: scripted, clock } = world([answer(403, "no")]);
    expect(await failure(clock, download(scripted, at(1_766_828_054)))).toMatchObject({
      code: "result-gone",
      message: expect.stringContaining("its address was good until 2025-12-27"),
    });
    const { client: other, clock: later } = world([answer(200, movie.toString("latin1"))]);
    const found = await success(later, download(other, at(1_900_000_000)));
    expect(found.expiresAt).toEqual(new Date(1_900_000_000_000));
  });
});

/** A process of its own that downloads into the folder, killed as soon as bytes have come. */
async function killedBy(signal: NodeJS.Signals): Promise<void> {
  handle = (_, response) => {
    response.writeHead(200, { "content-type": "video/mp4", "content-length": movie.length });
    response.write(movie.subarray(0, 100_000));
  };
  const script = `
    import { createKlingClient } from "@klingkit/core";
    import { downloadToFile } from "@klingkit/core/node";
    const onProgress = () => process.stdout.write("x");
    const client = createKlingClient({ apiKey: "k", baseUrl: new URL(process.argv[2]).origin });
    await downloadToFile(client, process.argv[2], process.argv[3], { onProgress });`;
  const child = await runFromSources(script, [`${origin}/v.mp4`, path.join(folder, "v.mp4")]);
  await once(child.stdout, "data");
  expect(await readdir(folder)).toEqual([expect.stringMatching(/\.part$/)]);
  child.kill(signal);
  expect(await once(child, "close")).toEqual([null, signal]);
}

describe("no partial file is left", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("by %s", async (signal) => {
    await killedBy(signal);
    expect(await readdir(folder)).toEqual([]);
  });

  it("by SIGKILL, which nobody survives to clean up, once something is downloaded there again", async () => {
    await killedBy("SIGKILL");
    const [left = ""] = await readdir(folder);
    // Of another machine, or another container, nobody can tell whether it still writes; unless it has long stopped.
    const [, elsewhere] = [left, left.replace(/\.[0-9a-f]{8}-/, ".00000000-")];
    await writeFile(path.join(folder, elsewhere), "running");
    const old = path.join(folder, elsewhere.replace(/[0-9a-f]{12}\.part$/, "000000000000.part"));
    await writeFile(old, "stopped");
    await utimes(old, new Date(0), new Date(0));
    handle = (request, response) => serveFile(request, response);
    await downloadToFile(client(), `${origin}/v.mp4`, path.join(folder, "v.mp4"));
    expect((await readdir(folder)).sort()).toEqual([elsewhere, "v.mp4"]);
  });

  it("and none is taken from a download that still runs", async () => {
    const bodies: ServerResponse[] = [];
    handle = (request, response) => {
      if (request.url !== "/slow.mp4") return serveFile(request, response);
      response.writeHead(200, { "content-type": "video/mp4", "content-length": movie.length });
      response.write(movie.subarray(0, 100_000));
      bodies.push(response);
    };
    const slow = downloadToFile(client(), `${origin}/slow.mp4`, path.join(folder, "slow.mp4"));
    await expect.poll(() => bodies.length).toBe(1);
    await downloadToFile(client(), `${origin}/v.mp4`, path.join(folder, "v.mp4"));
    bodies[0]?.end(movie.subarray(100_000));
    expect(await slow).toHaveProperty("size", movie.length);
    expect((await readdir(folder)).sort()).toEqual(["slow.mp4", "v.mp4"]);
  });

  it.skipIf(skipWithoutSmallDisk)(`by a full disk${smallDiskNote}`, async () => {
    const disk = mountSmallDisk(128);
    try {
      handle = (request, response) => serveFile(request, response);
      const file = path.join(disk.folder, "v.mp4");
      await expect(downloadToFile(client(), `${origin}/v.mp4`, file)).rejects.toThrow(
        /^The disk is full; .* was not written\. Make room/,
      );
      expect(await readdir(disk.folder)).toEqual([]);
    } finally {
      disk.release();
    }
  });
});
