import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { useSite, watchPages } from "./site.js";

/** What a team looks for, and the page that answers it. */
const searches = {
  price: "/answers/cost/",
  "polling interval": "/guides/wait-and-resume/",
  webhook: "/guides/callbacks/",
  "rate limit": "/guides/limits-and-budgets/",
  "next.js": "/recipes/nextjs/",
  lambda: "/recipes/serverless/",
  docker: "/recipes/docker/",
  tunnel: "/recipes/webhooks-on-a-laptop/",
  "api key": "/answers/api-key/",
  cancel: "/answers/cancel/",
} as const;
/** Pages that explain; the others list. */
const isExplaining = (page: string) => /^\/(answers|recipes|guides|concepts|quick-start)\//.test(page);

const site = useSite();

describe.skipIf(skipWithoutChromium)(`the search${chromiumNote}`, () => {
  it("finds text without a server", async () => {
    const context = await site.browser.newContext();
    const problems = await watchPages(context, site);
    const page = await context.newPage();
    await page.goto(`${site.url}/`);
    // It can be pressed once its script is there, however busy the machine is.
    await page.locator("site-search button[data-open-modal]:enabled").click();
    await page.getByRole("textbox", { name: "Search" }).fill("external_task_id");
    await page.locator(".pagefind-ui__result-link").first().waitFor();
    await context.close();
    // Results come one by one and push each other down, in a window of their own.
    expect(problems.filter((problem) => !problem.includes("pagefind-ui__result"))).toEqual([]);
  });

  it("finds pages that explain before pages that list, and the answer among the first three", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/quick-start/`);
    await page.locator("site-search button[data-open-modal]:enabled").waitFor();
    await page.keyboard.press("Control+k");
    const found: Record<string, readonly string[]> = {};
    for (const word of Object.keys(searches)) found[word] = await resultsOf(page, word);
    const wrong = Object.entries(searches).filter(([word, answer]) => {
      const pages = found[word] ?? [];
      return !isExplaining(pages[0] ?? "") || !pages.slice(0, 3).includes(answer);
    });
    expect(Object.fromEntries(wrong.map(([word]) => [word, found[word]]))).toEqual({});
    await page.close();
  });
});

/** The pages that the search window lists, best first. */
async function resultsOf(page: Page, word: string): Promise<string[]> {
  await page.getByRole("textbox", { name: "Search" }).fill(word);
  await page.locator(".pagefind-ui__message", { hasText: `for ${word}` }).waitFor();
  // Results come one by one, in any order; until then something stands in their place.
  await page.locator(".pagefind-ui__result-title a").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".pagefind-ui__loading") === null);
  const links = await page.locator(".pagefind-ui__result-title a").all();
  const addresses = await Promise.all(links.slice(0, 5).map((link) => link.getAttribute("href")));
  return addresses.map((address) => new URL(address ?? "/", site.url).pathname);
}
