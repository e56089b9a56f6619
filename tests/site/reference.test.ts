import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { useSite } from "./site.js";

const site = useSite();
const deep = "/reference/api/mock-server-vitest/";

describe.skipIf(skipWithoutChromium)(`the reference${chromiumNote}`, () => {
  it("begins an operation with the client's call beside its text, to be run on the first screen", async () => {
    const page = await site.browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(`${site.url}/reference/http/image2video/`);
    expect(await page.locator(".operation h2").first().textContent()).toBe("kling.image2video.submit");
    const run = page.getByRole("button", { name: "Run submitImage2video on the simulator" });
    const [button, text] = await Promise.all([boxOf(run), boxOf(page.locator(".operation .summary").first())]);
    expect(button.y + button.height).toBeLessThanOrEqual(900);
    expect(button.x).toBeGreaterThan(text.x + text.width);
    const tabs = page.locator(".operation").first().getByRole("tab");
    expect(await tabs.allTextContents()).toEqual(
      ["TypeScript", "klingkit", "curl", "Python"].map((name) => expect.stringContaining(name)),
    );
    await page.close();
  });

  it("keeps the focus where an operation is run by keyboard, and on no button that has gone", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/reference/http/image2video/`);
    await page.getByRole("button", { name: "Run submitImage2video on the simulator" }).press("Enter");
    const example = page.locator("[data-example=submitImage2video]");
    await example.locator("button.run:focus").waitFor();
    await page.close();
  });

  it("says so where what runs an operation can't be loaded, and tries again", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/reference/http/image2video/`);
    const run = page.getByRole("button", { name: "Run submitImage2video on the simulator" });
    await run.and(page.locator(":enabled")).waitFor();
    await page.route(/live-example\..*\.js$/, (route) => route.abort());
    await run.press("Enter");
    await page.getByText("It could not be loaded").waitFor();
    expect(await run.isEnabled()).toBe(true);
    await page.close();
  });

  it("shows a figure of a wide table beside its name on a phone", async () => {
    const page = await site.browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${site.url}/scorecard/`);
    const cells = page.locator("td[data-label='paid twice']");
    expect(await cells.first().evaluate((cell) => getComputedStyle(cell).textAlign)).toBe("start");
    await page.close();
  });

  it("keeps what a table is narrowed to in the address, several words too", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/reference/errors/`);
    const table = page.locator("filter-table").first();
    await table.getByRole("searchbox").fill("429 parallel");
    const shown = () => table.locator("tbody tr:visible").allTextContents();
    await expect.poll(async () => (await shown()).length).toBeLessThan(5);
    const before = await shown();
    expect(before.length).toBeGreaterThan(0);
    expect(new URL(page.url()).searchParams.get("q")).toBe("429 parallel");
    await page.reload();
    expect(await table.getByRole("searchbox").inputValue()).toBe("429 parallel");
    expect(await shown()).toEqual(before);
    await page.close();
  });

  it("shows in the sidebar where one is, also in a group that was closed before", async () => {
    const page = await site.browser.newPage({ viewport: { width: 1280, height: 700 } });
    await page.goto(site.url + deep);
    expect(await isCurrentInSight(page)).toBe(true);
    await page.locator("nav.sidebar summary", { hasText: "Client and simulator" }).click();
    expect(await isCurrentInSight(page)).toBe(false);
    await page.goto(`${site.url}/quick-start/`);
    await page.goto(site.url + deep);
    expect(await isCurrentInSight(page)).toBe(true);
    await page.close();
  });
});

async function boxOf(locator: ReturnType<Page["locator"]>) {
  const box = await locator.boundingBox();
  if (!box) throw new Error("It is not to be seen.");
  return box;
}

/** Whether the sidebar's entry of this page is seen without scrolling. */
function isCurrentInSight(page: Page): Promise<boolean> {
  return page.locator('nav.sidebar a[aria-current="page"]').evaluate((entry) => {
    const { top, bottom } = entry.getBoundingClientRect();
    return entry.checkVisibility() && top >= 0 && bottom <= innerHeight;
  });
}
