import type { BrowserContext } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { inLanes, LiveExample, sitePages, useSite, watchPages } from "./site.js";

/** Examples mostly wait for simulated time; more than this, and the machine becomes the measure. */
const pagesAtOnce = 4;

const site = useSite();

describe.skipIf(skipWithoutChromium)(`every live example${chromiumNote}`, () => {
  it("runs to a playing video, a picture, its last line or its documented error, with nothing else going wrong", async () => {
    const context = await newContext();
    const problems = await watchPages(context, site);
    const endings: Record<string, string> = {};
    const expected: Record<string, string> = {};
    await inLanes(sitePages(), pagesAtOnce, async (path) => {
      const page = await context.newPage();
      await page.goto(site.url + path);
      for (const root of await page.locator(".live").all()) {
        const example = new LiveExample(page, root);
        await example.ready();
        const name = `${path} ${await root.getAttribute("data-example")}`;
        expected[name] = (await root.getAttribute("data-outcome")) ?? "";
        endings[name] = await endingOf(example, expected[name]);
      }
      await page.close();
    });
    expect(endings).toEqual(expected);
    expect(Object.keys(endings).length).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  }, 120_000);
});

describe.skipIf(skipWithoutChromium)(`an operation of the HTTP API${chromiumNote}`, () => {
  it("is tried on its page when the reader asks for it, and shows its video", async () => {
    const context = await newContext();
    const problems = await watchPages(context, site);
    const page = await context.newPage();
    await page.goto(`${site.url}/reference/http/image2video/`);
    const button = page.getByRole("button", { name: "Try getImage2video on the simulator" });
    await button.scrollIntoViewIfNeeded();
    await button.click();
    const example = new LiveExample(page);
    await example.ready();
    expect(await endingOf(example, "video")).toBe("video");
    expect(problems).toEqual([]);
  });
});

function newContext(): Promise<BrowserContext> {
  return site.browser.newContext();
}

/** Runs an example and tells how it ended. */
async function endingOf(example: LiveExample, expected: string): Promise<string> {
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
