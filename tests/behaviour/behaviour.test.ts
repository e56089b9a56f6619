import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumNote, launchChromium, skipWithoutChromium } from "../browser/chromium.js";
import { bundleSuite } from "./bundle.mjs";
import { type Outcome, runSuite } from "./run.js";
import { behaviours } from "./suite.js";

let server: MockServer;
let browser: Browser | undefined;
let closedUrl: string;

beforeAll(async () => {
  server = await startMockServer({ port: 0, render: "none", timing: { submittedMs: 50, processingMs: 100 } });
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  closedUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  await new Promise((resolve) => other.close(resolve));
  browser = skipWithoutChromium ? undefined : await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  await server.close();
});

const passed = (outcomes: readonly Outcome[]) =>
  expect(outcomes).toEqual(Object.keys(behaviours).map((name) => ({ name, state: "passed" })));

describe("the client's behaviour", () => {
  it("is the same in Node", async () => {
    passed(await runSuite({ serverUrl: server.url, closedUrl }));
  });

  it.skipIf(skipWithoutChromium)(`is the same in Chromium${chromiumNote}`, async () => {
    const page = await browser?.newPage();
    await page?.goto(server.url);
    await page?.addScriptTag({ content: await bundleSuite("iife") });
    const script = `klingkitSuite.runSuite(${JSON.stringify({ serverUrl: server.url, closedUrl })})`;
    passed(((await page?.evaluate(script)) ?? []) as Outcome[]);
  });
});
