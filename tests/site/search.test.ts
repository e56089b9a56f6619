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
/** Words that occur in many programs, and pages that are about them: none that only has them in its code comes first. */
const wordsOfPrograms: Readonly<Record<string, readonly string[]>> = {
  "429": ["/guides/limits-and-budgets/", "/answers/when-it-fails/"],
  "1303": ["/guides/limits-and-budgets/"],
  timeout: ["/concepts/exactly-once/", "/answers/when-it-fails/", "/guides/wait-and-resume/"],
  "too many requests": ["/guides/limits-and-budgets/", "/guides/errors-and-retries/"],
  external_task_id: ["/concepts/exactly-once/", "/answers/glossary/"],
  "duplicate charge": ["/concepts/exactly-once/"],
  resume: ["/guides/wait-and-resume/"],
};
/** What a team asks in whole sentences, in words of its own, and pages that answer. */
const questions: Readonly<Record<string, readonly string[]>> = {
  "was I charged when it timed out?": ["/concepts/exactly-once/", "/answers/when-it-fails/"],
  "did I pay twice after the crash?": ["/concepts/exactly-once/"],
  "how often should I poll for the result?": ["/guides/wait-and-resume/"],
  "does this thing work on Vercel?": ["/recipes/serverless/", "/recipes/nextjs/"],
  "how do I test my code without paying anything?": ["/guides/testing/"],
  "how much does a five second video cost?": ["/answers/cost/"],
  "why is my webhook never called on localhost?": ["/recipes/webhooks-on-a-laptop/"],
  // A word that is on no page.
  "can I cancel a zeppelin that is already running?": ["/answers/cancel/"],
};
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
    const answers = Object.entries(searches).map(([word, answer]) => [word, [answer]] as const);
    expect(await wrongAnswers(Object.fromEntries(answers))).toEqual({});
  });

  it("finds first what a word is about, not a program that has it in a line", async () => {
    const found = await pagesFound(Object.keys(wordsOfPrograms));
    const wrong = Object.entries(wordsOfPrograms).filter(([word, pages]) => !pages.includes(found[word]?.[0] ?? ""));
    expect(wrong.map(([word]) => [word, found[word]])).toEqual([]);
  });

  it("finds the guides by questions in whole sentences", async () => {
    expect(await wrongAnswers(questions)).toEqual({});
  });

  it("is loaded when the reader reaches for it, and takes what is typed at once", async () => {
    const page = await site.browser.newPage();
    const windows: string[] = [];
    page.on("request", (request) => request.url().includes("/ui-core.") && windows.push(request.url()));
    await page.goto(`${site.url}/quick-start/`);
    await page.locator("site-search button[data-open-modal]:enabled").waitFor();
    await page.waitForLoadState("networkidle");
    expect(windows).toEqual([]);
    await page.keyboard.press("Control+k");
    await page.locator("site-search input:focus").waitFor();
    await page.keyboard.type("price");
    await page.locator(".pagefind-ui__result-title a").first().waitFor();
    expect(windows).toHaveLength(1);
    await page.close();
  });

  it("has its field also where the reader was quicker than its script", async () => {
    const page = await site.browser.newPage();
    await page.addInitScript(() => {
      globalThis.requestIdleCallback = (callback) => {
        addEventListener("idle-at-last", () => callback({ didTimeout: false, timeRemaining: () => 50 }));
        return 0;
      };
    });
    await page.goto(`${site.url}/quick-start/`);
    await page.locator("site-search button[data-open-modal]:enabled").click();
    await page.mouse.move(0, 0);
    await page.evaluate(() => dispatchEvent(new Event("idle-at-last")));
    await page.getByRole("textbox", { name: "Search" }).waitFor();
    await page.close();
  });
});

/** Searches whose first result does not explain, or whose answer is not among the first three, with what was found. */
async function wrongAnswers(
  wanted: Readonly<Record<string, readonly string[]>>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found = await pagesFound(Object.keys(wanted));
  const wrong = Object.entries(wanted).filter(([term, answers]) => {
    const pages = found[term] ?? [];
    return !isExplaining(pages[0] ?? "") || !pages.slice(0, 3).some((found) => answers.includes(found));
  });
  return Object.fromEntries(wrong.map(([term]) => [term, found[term] ?? []]));
}

/** The pages that the search window lists for each term, best first. */
async function pagesFound(terms: readonly string[]): Promise<Readonly<Record<string, readonly string[]>>> {
  const page = await site.browser.newPage();
  await page.goto(`${site.url}/quick-start/`);
  await page.locator("site-search button[data-open-modal]:enabled").click();
  const found: Record<string, readonly string[]> = {};
  for (const term of terms) found[term] = await resultsOf(page, term);
  await page.close();
  return found;
}

/** The pages that the search window lists, best first. */
async function resultsOf(page: Page, word: string): Promise<string[]> {
  await page.getByRole("textbox", { name: "Search" }).fill(word);
  await page.locator(".pagefind-ui__message", { hasText: `for ${word}` }).waitFor();
  // Results come one by one, in any order; until then something stands in their place.
  await page.locator(".pagefind-ui__result-title a").first().waitFor();
  await page.waitForFunction(() => document.querySelector(".pagefind-ui__loading") === null);
  const links = await page.locator(".pagefind-ui__result-title a").all();
  const addresses = await Promise.all(links.map((link) => link.getAttribute("href")));
  // A page's parts are listed under it.
  return [...new Set(addresses.map((address) => new URL(address ?? "/", site.url).pathname))];
}
