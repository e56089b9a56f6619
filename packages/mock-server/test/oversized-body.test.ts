import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { readBody } from "../src/node/request-body.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** A request whose body comes by hand, and what its reader was told. */
function reading(limit: number, headers: Record<string, string> = {}) {
  const request = Object.assign(new PassThrough(), { headers }) as unknown as IncomingMessage & PassThrough;
  const told: string[] = [];
  readBody(request, { limit, done: (body) => told.push(String(body)), failed: (error) => told.push(String(error)) });
  return { request, told };
}

describe("an oversized body was kept", () => {
  it("what comes on top of the limit is let go while it comes, and the engine still sees that there is too much", async () => {
    const { request, told } = reading(10_000);
    const pieces: WeakRef<Buffer>[] = [];
    for (let count = 0; count < 100; count += 1) {
      const piece = Buffer.alloc(1_000, "x");
      pieces.push(new WeakRef(piece));
      request.write(piece);
      await setImmediate();
    }
    await setImmediate();
    collect();
    const kept = pieces.filter((piece) => piece.deref() !== undefined).length;
    expect(kept).toBeGreaterThanOrEqual(10);
    expect(kept).toBeLessThan(15);
    request.end();
    await expect.poll(() => told.length).toBe(1);
    expect(told[0]?.length).toBe(10_001);
  });

  it("one that is as long as the limit is read whole", async () => {
    for (const length of [9_999, 10_000]) {
      const { request, told } = reading(10_000);
      request.end("x".repeat(length));
      await expect.poll(() => told).toEqual(["x".repeat(length)]);
    }
  });

  it("one that is packed is not unpacked further than the limit, and its reader is told once", async () => {
    const { request, told } = reading(1_000_000, { "content-encoding": "GZIP " });
    request.end(gzipSync(Buffer.alloc(20_000_000, " ")));
    await expect.poll(() => told.length).toBe(1);
    await setImmediate();
    expect(told.map(({ length }) => length)).toEqual([1_000_001]);
  });
});
