import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { useSite } from "./site.js";

const site = useSite();

describe.skipIf(skipWithoutChromium)(`the price calculator${chromiumNote}`, () => {
  it("takes a number that is typed into its emptied field", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/answers/cost/`);
    const count = page.getByLabel("videos");
    await count.and(page.locator(":enabled")).waitFor();
    await count.press("End");
    await count.press("Backspace");
    await count.pressSequentially("20");
    expect(await count.inputValue()).toBe("20");
    await page.getByRole("status").filter({ hasText: "$4.20" }).waitFor();
    await page.close();
  });

  it("offers no choice without JavaScript, where the price beside it would stay another one's, and says why", async () => {
    const context = await site.browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${site.url}/answers/cost/`);
    const fields = await page.getByRole("group", { name: "Price calculator" }).locator("select, input").all();
    expect(fields.length).toBeGreaterThan(3);
    expect(await Promise.all(fields.map((field) => field.isEnabled()))).not.toContain(true);
    await page.locator(".needs-script").waitFor();
    expect(await page.getByRole("button", { name: "Copy it" }).count()).toBe(0);
    for (const address of ["/quick-start/", "/studio/"]) {
      await page.goto(site.url + address);
      await page.locator(".needs-script").first().waitFor();
    }
    await context.close();
  });
});
