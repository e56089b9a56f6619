import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, useSite, watchPages } from "./site.js";

const site = useSite();
/** The frame makes room for three pictures where there was one video. */
const shiftOfResults = 0.5;
const threePictures = `import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
await kling.imageGenerations.generate({ model_name: "kling-v2-1", prompt: "Hills at dusk", n: 3 });`;

describe.skipIf(skipWithoutChromium)(`results of a live example${chromiumNote}`, () => {
  it("are all shown, after their share that is rendered, and in sight on a phone once Run is pressed", async () => {
    const context = await site.browser.newContext({ viewport: { width: 390, height: 844 } });
    const problems = await watchPages(context, site, shiftOfResults);
    const page = await context.newPage();
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    const said = new Set<string>();
    await page.exposeFunction("reportStatus", (text: string) => said.add(text));
    await page.evaluate(() => {
      const status = document.querySelector(".live-status");
      const report = (globalThis as unknown as { reportStatus(text: string): void }).reportStatus;
      if (status)
        new MutationObserver(() => report(status.textContent)).observe(status, { subtree: true, characterData: true });
    });
    await example.run();
    await example.videoPlays();
    // How many shares are seen depends on the machine: the page shows the latest.
    expect([...said].filter((text) => /rendering the video: \d+ %/.test(text)).length).toBeGreaterThan(0);
    expect(await page.locator("video").first().evaluate(isInSight)).toBe(true);

    await example.write(threePictures);
    await example.run();
    await example.end();
    await example.root.getByRole("img", { name: "Result 3 of 3" }).waitFor();
    expect(await example.root.getByRole("img", { name: /^Result/ }).count()).toBe(3);
    await context.close();
    expect(problems).toEqual([]);
  });

  it("leave the page alone once nothing is left to happen, though the clock runs on", async () => {
    const page = await site.browser.newPage({ reducedMotion: "reduce" });
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await example.run();
    await example.root.getByLabel("Result").waitFor();
    const changes = () =>
      example.root.evaluate(async (root) => {
        let count = 0;
        const observer = new MutationObserver((list) => {
          count += list.length;
        });
        observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
        for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
        observer.disconnect();
        return count;
      });
    await expect.poll(changes).toBe(0);
    const before = await example.text(".elapsed");
    await example.root.getByRole("button", { name: "+1 s" }).click();
    await expect.poll(() => example.text(".elapsed")).not.toBe(before);
    await page.close();
  });

  it("go with everything else that a run has changed when the example is reset, edited or not", async () => {
    const page = await site.browser.newPage();
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    expect(await example.root.getByRole("button", { name: "Reset" }).count()).toBe(0);
    await example.root.locator("select.fault").selectOption("slow-down");
    await example.root.getByLabel("time", { exact: true }).selectOption("20");
    await example.run();
    await example.videoPlays();
    await example.root.getByRole("button", { name: "Reset" }).click();
    expect(await example.root.locator("select.fault").inputValue()).toBe("none");
    expect(await example.root.getByLabel("time", { exact: true }).inputValue()).toBe("8");
    expect(await example.root.locator("video").count()).toBe(0);
    expect(await example.text(".log")).toContain("appear here");
    await page.close();
  });
});

/** Runs in the page. */
function isInSight(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return top >= 0 && bottom <= innerHeight;
}
