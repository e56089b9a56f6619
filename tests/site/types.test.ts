import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, siteFolder, useSite, watchPages } from "./site.js";

/** Bytes, gzip, that come when a reader steps into the code of an example, and never with Run: docs/decisions/0023. */
const budget = 1_250_000;
const start = `import { createKlingClient } from "@klingkit/core";
const kling = createKlingClient({ apiKey: "anything" });
`;
const site = useSite();

describe.skipIf(skipWithoutChromium)(`types${chromiumNote}`, () => {
  it("are completed, shown under the pointer and checked in the editor, loaded with the first step into the code", async () => {
    const context = await site.browser.newContext();
    const problems = await watchPages(context, site);
    const page = await context.newPage();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await example.run();
    await example.end();
    expect(loaded.filter((name) => /types|editor/.test(name))).toEqual([]);

    await example.write(`${start}await kling.image2video.submit({ model_name: `);
    await example.root.locator(".cm-content[data-types=on]").waitFor();
    await page.keyboard.type('"');
    const options = page.locator(".cm-tooltip-autocomplete li");
    await options.filter({ hasText: "kling-v3" }).waitFor();
    expect(await options.allTextContents()).toContain("kling-v2-6string");
    await page.keyboard.press("Escape");

    await example.write(`${start}await kling.image2video.submit({ image: "eA==", promt: "Zoom in" });`);
    const mark = example.root.locator(".cm-lintRange-error", { hasText: "promt" });
    const advice = page.locator(".cm-tooltip-lint", { hasText: "Did you mean to write 'prompt'" });
    // A mark that is drawn once more under the pointer loses its tooltip until the pointer moves.
    const isAdvised = async () => {
      await page.mouse.move(0, 0);
      await mark.hover();
      return advice.waitFor({ timeout: 2_000 }).then(
        () => true,
        () => false,
      );
    };
    await expect.poll(isAdvised, { timeout: 60_000 }).toBe(true);
    await example.root.locator(".cm-line span", { hasText: /^submit$/ }).hover();
    await page.locator(".type-hover", { hasText: 'FamilyClient<"image2video"' }).waitFor();

    const types = loaded.filter((name) => /types/.test(name));
    expect(types).toEqual(expect.arrayContaining(["/live/types-worker.js", "/live/types.json"]));
    expect(types.reduce((sum, name) => sum + gzipped(name), 0)).toBeLessThanOrEqual(budget);
    // A tooltip that goes from word to word counts as a shift; pages.test.ts judges shifts where nobody points.
    expect(problems.filter((problem) => !problem.startsWith("the layout shifts"))).toEqual([]);
    await context.close();
  });

  it("are shown under the pointer in code that only stands there, until Escape", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/guides/callbacks/`);
    const name = page.locator(".sl-markdown-content pre [data-type]", { hasText: /^createKlingClient$/ }).first();
    await name.hover();
    const tip = page.getByRole("tooltip");
    await tip.filter({ hasText: "KlingClientOptions" }).waitFor();
    await page.keyboard.press("Escape");
    await tip.waitFor({ state: "hidden" });
    await page.close();
  });
});

function gzipped(name: string): number {
  return gzipSync(readFileSync(path.join(siteFolder, name))).length;
}
