import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BundledPage, serveBundledPage } from "./bundled-page.js";
import { chromiumNote, launchChromium, skipWithoutChromium } from "./chromium.js";

const mockServer = createRequire(new URL("../../packages/mock-server/package.json", import.meta.url));
const msw = path.dirname(mockServer.resolve("msw/package.json"));
const bundled = `
export { setupWorker } from "msw/browser";
export { createKlingClient } from "@klingkit/core";
export { createMock } from "@klingkit/mock-server";
export { mockHandlers } from "@klingkit/mock-server/msw";
`;

let served: BundledPage;
let browser: Browser | undefined;

beforeAll(async () => {
  if (skipWithoutChromium) return;
  const worker = { "/mockServiceWorker.js": readFileSync(path.join(msw, "lib/mockServiceWorker.js")) };
  served = await serveBundledPage(bundled, worker, {
    alias: { "msw/browser": path.join(msw, "lib/browser/index.mjs") },
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  served?.close();
});

describe.skipIf(skipWithoutChromium)(`the MSW handlers in Chromium's service worker${chromiumNote}`, () => {
  it("answer a submit, its polls and the result that a video element shows", async () => {
    const page = await browser?.newPage();
    await page?.goto(served.url);
    const outcome = await page?.evaluate(generateInPage);
    expect(outcome).toMatchObject({
      status: "succeed",
      contentType: "video/mp4",
      type: "ftyp",
      charged: 1,
      faulty: "TypeError",
    });
    expect(outcome?.duration).toBeCloseTo(5, 1);
    expect(outcome?.requests.filter((request) => request === "POST /kling/v1/videos/text2video")).toHaveLength(1);
    expect(outcome?.requests.filter((request) => request.startsWith("GET /kling/")).length).toBeGreaterThan(1);
  });
});

/** Runs in the page: everything goes through the page's own `fetch`, and so through the service worker. */
const generateInPage = async () => {
  type Page = typeof import("@klingkit/core") &
    typeof import("@klingkit/mock-server") &
    typeof import("@klingkit/mock-server/msw") & {
      setupWorker(...handlers: unknown[]): { start(options: object): Promise<unknown> };
    };
  const { klingkit } = globalThis as unknown as { klingkit: Page };
  const mock = klingkit.createMock({ timing: { submittedMs: 100, processingMs: 300 } });
  await klingkit.setupWorker(...klingkit.mockHandlers(mock)).start({ quiet: true, onUnhandledRequest: "bypass" });

  const kling = klingkit.createKlingClient({ apiKey: "test-key" });
  const task = await kling.text2video.generate(
    { model_name: "kling-v3", prompt: "A boat on a lake" },
    { firstPollMs: 50, pollMs: 100 },
  );
  const url = task.task_result?.videos?.[0]?.url ?? "";
  const file = await fetch(url);
  const type = new TextDecoder().decode((await file.arrayBuffer()).slice(4, 8));
  const video = Object.assign(document.createElement("video"), { src: url, muted: true });
  await new Promise((resolve, reject) => {
    video.onloadeddata = resolve;
    video.onerror = () => reject(new Error(video.error?.message));
  });
  const cut = { headers: { authorization: "Bearer test-key", prefer: "fault=reset-before" } };
  const faulty = await fetch("https://api.cometapi.com/kling/v1/videos/text2video/1", cut).catch(
    (error: Error) => error.name,
  );
  return {
    status: task.task_status,
    contentType: file.headers.get("content-type"),
    type,
    duration: video.duration,
    charged: mock.ledger.charges.length,
    requests: mock.requests.list().map(({ method, path }) => `${method} ${path}`),
    faulty,
  };
};
