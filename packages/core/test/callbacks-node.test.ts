import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { toNodeHandler } from "@klingkit/core/node";
import { afterEach, describe, expect, it } from "vitest";
import { callback, key, receiver, signed, webhookSecret, withToken } from "./callbacks-kit.js";

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Serves on loopback. @returns where */
async function serve(listener: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const body = JSON.stringify(callback("succeed", 5));
const both = { token: key, secret: webhookSecret };

/** The path and query of a genuine address. */
async function target(): Promise<string> {
  const { pathname, search } = new URL(await withToken());
  return `${pathname}${search}`;
}

describe("toNodeHandler on node:http", () => {
  it("passes raw body, headers and query on, and the answer back", async () => {
    const { handler, reports } = receiver(both);
    const url = `${await serve(toNodeHandler(handler))}${await target()}`;
    const taken = await fetch(url, { method: "POST", body, headers: signed(body) });
    expect(taken.status).toBe(204);
    expect(reports).toHaveLength(1);
    const refused = await fetch(url, { method: "POST", body });
    expect([refused.status, refused.headers.get("content-type")]).toEqual([401, "application/json"]);
    expect(await refused.json()).toMatchObject({ error: { code: "missing-signature" } });
    expect((await fetch(url, { method: "PUT", body })).status).toBe(405);
    expect((await fetch(url)).headers.get("allow")).toBe("POST");
  });

  it("answers 413 to a body that does not say how long it is, and goes on serving", async () => {
    const { handler } = receiver({ token: key, maxBytes: 1_000 });
    const url = `${await serve(toNodeHandler(handler))}${await target()}`;
    const sending = request(url, { method: "POST" });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      sending.on("response", resolve).on("error", reject);
    });
    Readable.from(Array.from({ length: 50 }, () => "x".repeat(1_000))).pipe(sending);
    const answer = await answered;
    expect([answer.statusCode, JSON.parse(await text(answer)).error.code]).toEqual([413, "too-large"]);
    expect((await fetch(url, { method: "POST", body })).status).toBe(204);
  });

  it("takes an address that is none for one without a token", async () => {
    const { handler } = receiver({ token: key });
    const at = new URL(await serve(toNodeHandler(handler)));
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      request({ host: at.hostname, port: at.port, path: "//", method: "POST" }, resolve).on("error", reject).end(body);
    });
    expect(answer.statusCode).toBe(401);
  });
});

describe("toNodeHandler behind a body parser", () => {
  /** Reads the body as a parser would and leaves it on the request. */
  const behind = (handler: ReturnType<typeof toNodeHandler>, field: string, parse: (raw: string) => unknown) =>
    serve(async (incoming, response) => {
      Object.assign(incoming, { [field]: parse(await text(incoming)) });
      await handler(incoming, response);
    });

  it.each([
    ["body", (raw: string) => Buffer.from(raw)],
    ["body", (raw: string) => raw],
    ["rawBody", (raw: string) => Buffer.from(raw)],
  ])("uses the raw body it left in %s", async (field, parse) => {
    const { handler } = receiver(both);
    const url = `${await behind(toNodeHandler(handler), field, parse)}${await target()}`;
    expect((await fetch(url, { method: "POST", body, headers: signed(body) })).status).toBe(204);
  });

  it("says what is wrong where the raw body is gone", async () => {
    const { handler } = receiver(both);
    const url = `${await behind(toNodeHandler(handler), "body", JSON.parse)}${await target()}`;
    const answer = await fetch(url, { method: "POST", body, headers: signed(body) });
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain("before any body parser");
  });
});
