import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, useSite } from "./site.js";

const site = useSite();
const shared = 'console.table([{ word: "shared", size: 6 }]);';

describe.skipIf(skipWithoutChromium)(`the playground${chromiumNote}`, () => {
  it("runs code that stands in its address, and keeps what is edited over a reload, until it is reset", async () => {
    const page = await site.browser.newPage();
    const example = await LiveExample.open(page, `${site.url}/playground/#code=${encodeURIComponent(shared)}`);
    await example.root.locator(".cm-content", { hasText: "shared" }).waitFor();
    await example.run();
    await example.end();
    expect(await example.text(".log")).toMatch(/word\s+size[\s\S]*shared\s+6/);

    await page.goto(`${site.url}/quick-start/`);
    const kept = new LiveExample(page);
    await kept.ready();
    await kept.write('console.log("kept");');
    await page.reload();
    await kept.ready();
    await kept.root.locator(".cm-content", { hasText: "kept" }).waitFor();
    const open = kept.root.getByRole("link", { name: "Open in playground" });
    await open.click();
    await page.locator(".cm-content", { hasText: "kept" }).waitFor();

    await page.getByRole("button", { name: "Reset" }).click();
    expect(new URL(page.url()).hash).toBe("");
    await page.locator(".cm-content", { hasText: "createMock" }).waitFor();
    await page.close();
  });

  it("carries fault and time in its link beside the code, and starts from a sample without them", async () => {
    const page = await site.browser.newPage();
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await example.root.locator("select.fault").selectOption("slow-down");
    await example.root.getByLabel("time", { exact: true }).selectOption("20");
    await example.root.getByRole("link", { name: "Open in playground" }).click();
    const opened = new LiveExample(page);
    await expect.poll(() => opened.root.locator("select.fault").inputValue()).toBe("slow-down");
    expect(await opened.root.getByLabel("time", { exact: true }).inputValue()).toBe("20");
    await page.getByRole("link", { name: "many tasks" }).click();
    await page.locator(".cm-content", { hasText: "watch" }).waitFor();
    await page.goto(`${site.url}/playground/#code=1&fault=unheard-of&speed=1e9`);
    await page.reload();
    await opened.ready();
    expect(await opened.root.locator("select.fault").inputValue()).toBe("none");
    expect(await opened.root.getByLabel("time", { exact: true }).inputValue()).toBe("8");
    await page.close();
  });

  it("says that the page is cut off from the network", async () => {
    const page = await site.browser.newPage();
    const example = await LiveExample.open(
      page,
      `${site.url}/playground/#code=${encodeURIComponent('await fetch("/");')}`,
    );
    await example.run();
    await example.end();
    expect(await example.text(".live-status")).toContain("cut off from the network");
    await page.close();
  });
});
