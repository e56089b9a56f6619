import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { useSite } from "./site.js";

const site = useSite();

describe.skipIf(skipWithoutChromium)(`a page that is printed${chromiumNote}`, () => {
  it("is light on paper, and dark on the screen again", async () => {
    const page = await site.browser.newPage({ colorScheme: "dark" });
    await page.goto(`${site.url}/quick-start/`, { waitUntil: "networkidle" });
    await page.evaluate(() => {
      const note = () => document.body.setAttribute("data-printed", getComputedStyle(document.body).backgroundColor);
      addEventListener("beforeprint", note);
    });
    await page.pdf();
    expect(await page.locator("body").getAttribute("data-printed")).toBe("rgb(250, 246, 239)");
    const ground = page.locator("body");
    expect(await ground.evaluate((body) => getComputedStyle(body).backgroundColor)).toBe("rgb(20, 17, 15)");
    await page.close();
  });
});
