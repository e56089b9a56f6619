import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { createKlingClient } from "@klingkit/core";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { download } from "./download-kit.js";

const start = Buffer.from("\0\0\0\x18ftypisom", "latin1");
const movie = Buffer.concat([start, Buffer.alloc(200_000, 7)]);
const other = Buffer.concat([start, Buffer.alloc(200_000, 9)]);
const cutAfter = 80_000;

let server: Server;
let requests: IncomingMessage[];
let respond: (request: IncomingMessage, response: ServerResponse, count: number) => void;
let origin: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    respond(request, response, requests.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function fetched(): Promise<Buffer> {
  const client = createKlingClient({ apiKey: "sk-test", baseUrl: origin, retry: { firstDelayMs: 1 } });
  const result = await download(client, `${origin}/v.mp4`);
  return Buffer.from(await (await result.blob()).arrayBuffer());
}

/** The file from the byte that is asked for, or whole; `cut` breaks it off. */
function send(
  { headers }: IncomingMessage,
  response: ServerResponse,
  {
    file = movie,
    validator = {},
    ranges = true,
    cut = false,
  }: {
    readonly file?: Buffer;
    readonly validator?: Record<string, string>;
    readonly ranges?: boolean;
    readonly cut?: boolean;
  },
): void {
  const from = ranges ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? Number.NaN) : Number.NaN;
  const isPart = !Number.isNaN(from);
  const rest = file.subarray(isPart ? from : 0);
  const range = isPart ? { "content-range": `bytes ${from}-${file.length - 1}/${file.length}` } : {};
  response.writeHead(isPart ? 206 : 200, {
    "content-type": "video/mp4",
    "content-length": rest.length,
    ...validator,
    ...range,
  });
  if (cut) response.write(rest.subarray(0, cutAfter), () => setImmediate(() => response.destroy()));
  else response.end(rest);
}

describe("parts of a result were joined although nothing said that they belong together", () => {
  it.each([
    ["no validator", {}],
    ["a weak tag", { etag: 'W/"1"' }],
    ["a date", { "last-modified": "Sat, 28 Nov 2026 06:00:00 GMT" }],
  ])("%s: after a cut everything is asked for again", async (_, validator) => {
    respond = (request, response, count) => send(request, response, { validator, cut: count === 1 });
    expect(await fetched()).toEqual(movie);
    expect(requests.map(({ headers }) => [headers.range, headers["if-range"]])).toEqual([
      [undefined, undefined],
      ["bytes=0-", undefined],
    ]);
  });

  it.each([
    ["whole", false],
    ["as a range", true],
  ])("other bytes without a validator, sent %s: an error, not a mixture", async (_, ranges) => {
    respond = (request, response, count) =>
      send(request, response, { ranges, cut: count === 1, file: count === 1 ? movie : other });
    await expect(fetched()).rejects.toMatchObject({ code: "result-changed", retry: "after-delay" });
  });

  it("a 206 of another version: it is not joined, and everything is asked for again", async () => {
    respond = (request, response, count) =>
      send(request, response, {
        cut: count === 1,
        file: count === 1 ? movie : other,
        validator: { etag: count === 1 ? '"A"' : '"B"' },
      });
    await expect(fetched()).rejects.toMatchObject({ code: "result-changed" });
    expect(requests.map(({ headers }) => headers.range)).toEqual([
      undefined,
      expect.stringMatching(/^bytes=[1-9]/),
      "bytes=0-",
    ]);
  });

  it("another tag for the same bytes, as copies of one file may have: the file, whole", async () => {
    respond = (request, response, count) =>
      send(request, response, { cut: count === 1, validator: { etag: count === 1 ? '"A"' : '"B"' } });
    expect(await fetched()).toEqual(movie);
  });

  it("a 206 that begins elsewhere than asked: not joined", async () => {
    respond = (request, response, count) => {
      if (count === 2) request.headers.range = "bytes=40000-";
      send(request, response, { cut: count === 1, validator: { etag: '"A"' } });
    };
    expect(await fetched()).toEqual(movie);
    expect(requests).toHaveLength(3);
  });

  it("a compressed body that is cut is asked for again, whole", async () => {
    const packed = gzipSync(
      Buffer.concat([movie, Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * at) % 251))]),
    );
    respond = (_, response, count) => {
      const headers = { "content-type": "video/mp4", "content-encoding": "gzip", "content-length": packed.length };
      response.writeHead(200, headers);
      if (count === 1) response.write(packed.subarray(0, -2_000), () => setImmediate(() => response.destroy()));
      else response.end(packed);
    };
    expect((await fetched()).subarray(0, movie.length)).toEqual(movie);
    expect(requests.length).toBeGreaterThan(1);
  });

  it("a second connection that ends before it has caught up is a cut like any other", async () => {
    respond = (request, response, count) => {
      if (count !== 2) return send(request, response, { cut: count === 1 });
      response.writeHead(200, { "content-type": "video/mp4" }).end(movie.subarray(0, 1_000));
    };
    expect(await fetched()).toEqual(movie);
    expect(requests).toHaveLength(3);
  });
});
