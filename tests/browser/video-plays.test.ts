import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createTinyRenderer } from "@klingkit/mock-server";
import { createWorkerRenderer } from "@klingkit/mock-server/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumNote, launchChromium, patience, skipWithoutChromium } from "./chromium.js";
import { difference, type Playback, playInPage } from "./playback.js";

const EXAMPLE = new URL("../../examples/coffee.png", import.meta.url);
const TIMES = [0.5, 2.5, 4.5];

let server: Server;
let browser: Browser | undefined;
let ranges = 0;

beforeAll(async () => {
  if (skipWithoutChromium) return;
  const request = { seed: "browser", durationSeconds: 5, longSide: 640, framesPerSecond: 24, watermark: false };
  const renderer = createWorkerRenderer();
  const rendered: Uint8Array = await renderer.render({ ...request, image: new Uint8Array(readFileSync(EXAMPLE)) });
  await renderer.close();
  server = serve({ "/rendered.mp4": rendered, "/tiny.mp4": await createTinyRenderer().render(request) });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  browser = await launchChromium();
}, patience);

afterAll(async () => {
  await browser?.close();
  server?.close();
});

describe.skipIf(skipWithoutChromium)(`a rendered video in Chromium${chromiumNote}`, () => {
  it("loads, and seeking shows different pictures", async () => {
    const { duration, width, height, pictures } = await play("/rendered.mp4");
    expect(duration).toBeCloseTo(5, 2);
    expect([width, height]).toEqual([640, 426]);
    expect(ranges).toBeGreaterThan(0);
    const [first = [], second = [], third = []] = pictures;
    expect(difference(first, second)).toBeGreaterThan(3);
    expect(difference(second, third)).toBeGreaterThan(3);
    expect(difference(first, third)).toBeGreaterThan(3);
  });

  it("plays the tiny clip", async () => {
    const { duration, width, height, pictures } = await play("/tiny.mp4");
    expect(duration).toBeCloseTo(5, 2);
    expect([width, height]).toEqual([320, 180]);
    for (const picture of pictures) expect(Math.max(...picture) - Math.min(...picture)).toBeGreaterThan(150);
  });
});

/** Serves files with byte ranges, and an empty page for the rest. */
function serve(files: Readonly<Record<string, Uint8Array>>): Server {
  return createServer((request, response) => {
    const file = files[request.url ?? ""];
    if (file === undefined) {
      response.setHeader("content-type", "text/html").end("<!doctype html><title>video</title>");
      return;
    }
    const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const last = to === "" ? file.length - 1 : Math.min(Number(to), file.length - 1);
    const part = file.subarray(Number(from), last + 1);
    if (request.headers.range !== undefined) ranges += 1;
    response.writeHead(request.headers.range === undefined ? 200 : 206, {
      "content-type": "video/mp4",
      "accept-ranges": "bytes",
      "content-length": part.length,
      "content-range": `bytes ${from}-${last}/${file.length}`,
    });
    response.end(part);
  });
}

async function play(path: string): Promise<Playback> {
  if (browser === undefined) throw new Error("The browser is not running.");
  const page = await browser.newPage();
  try {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return await page.evaluate(playInPage, [path, TIMES] as const);
  } finally {
    await page.close();
  }
}
