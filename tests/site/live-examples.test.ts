import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumNote, launchChromium, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, type Site, sitePages, startSite, watchPages } from "./site.js";

let site: Site;
let browser: Browser | undefined;

beforeAll(async () => {
  if (skipWithoutChromium) return;
  site = await startSite();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  site?.close();
});

describe.skipIf(skipWithoutChromium)(`every live example${chromiumNote}`, () => {
  it("runs to a playing video, a picture, its last line or its documented error, with nothing else going wrong", async () => {
    const context = await newContext();
    const problems = await watchPages(context, site);
    const endings: Record<string, string> = {};
    const expected: Record<string, string> = {};
    await Promise.all([
      visit(sitePages().filter((_, index) => index % 2 === 0)),
      visit(sitePages().filter((_, index) => index % 2)),
    ]);

    async function visit(paths: readonly string[]): Promise<void> {
      const page = await context.newPage();
      for (const path of paths) {
        await page.goto(site.url + path);
        for (const root of await page.locator(".live").all()) {
          const example = new LiveExample(page, root);
          await example.ready();
          const name = `${path} ${await root.getAttribute("data-example")}`;
          expected[name] = (await root.getAttribute("data-outcome")) ?? "";
          endings[name] = await endingOf(page, example, expected[name]);
        }
      }
    }
    expect(endings).toEqual(expected);
    expect(Object.keys(endings).length).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  }, 120_000);
});

function newContext(): Promise<BrowserContext> {
  if (!browser) throw new Error("The browser is not running.");
  return browser.newContext();
}

/** Runs an example and tells how it ended. */
async function endingOf(_page: Page, example: LiveExample, expected: string): Promise<string> {
  await example.run();
  await example.end();
  const failure = await example.failure();
  if (failure) return failure;
  if (expected === "video") {
    await example.videoPlays();
    return "video";
  }
  if (expected === "picture") {
    await example.root.getByRole("img", { name: "Result" }).waitFor();
    return "picture";
  }
  return "console";
}
