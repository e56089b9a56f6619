import type { BrowserContext } from "playwright-core";
import { describe, expect, it } from "vitest";
import { contract, slugOf } from "../../apps/docs/src/reference/contract.js";
import { sampleOutcome } from "../../apps/docs/src/reference/samples/index.js";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { inLanes, LiveExample, pagesWithExamples, sweeping, useSite, watchPages } from "./site.js";

/** Examples mostly wait for simulated time; more than this, and the machine becomes the measure. */
const pagesAtOnce = 4;

/** Eight programs on one page, one after the other: each moves no more than one on a page may. */
const shiftOfPage = 0.08;

/** Every operation that can be tried, by its page. */
const tries = contract.groups.flatMap((group) =>
  group.operations
    .map((operation) => ({
      path: `/reference/http/${slugOf(group)}/`,
      id: operation.id,
      verb: operation.source["x-klingkit-verb"],
      outcome: sampleOutcome(operation, group),
    }))
    .filter(({ verb }) => verb !== undefined),
);

const site = useSite();

describe.skipIf(skipWithoutChromium)(`every live example${chromiumNote}`, () => {
  it("runs to a playing video, a picture, its last line or its documented error, with nothing else going wrong", async () => {
    const context = await newContext();
    const problems = await watchPages(context, site);
    const endings: Record<string, string> = {};
    const expected: Record<string, string> = {};
    await inLanes(pagesWithExamples(), pagesAtOnce, async (path) => {
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
  }, 900_000);
});

describe.skipIf(skipWithoutChromium)(`operations of the HTTP API${chromiumNote}`, () => {
  it("run on their pages when the reader presses Run, and show what they made", async () => {
    const context = await newContext();
    const problems = await watchPages(context, site, shiftOfPage);
    const tried = sweeping ? tries : oneOfEachKind(tries);
    const endings: Record<string, string> = {};
    await inLanes([...new Set(tried.map(({ path }) => path))], pagesAtOnce, async (path) => {
      const page = await context.newPage();
      await page.goto(site.url + path);
      for (const { id, outcome } of tried.filter((one) => one.path === path)) {
        const button = page.getByRole("button", { name: `Run ${id} on the simulator` });
        await button.scrollIntoViewIfNeeded();
        await button.click();
        const example = new LiveExample(page, page.locator(`[data-example=${id}]`));
        endings[id] = await endOf(example, outcome);
        const errors = await example.root.locator(".log-error").allTextContents();
        problems.push(...errors.map((error) => `${id} prints ${error}`));
      }
      await page.close();
    });
    await context.close();
    expect(tried.length).toBeGreaterThan(5);
    expect(endings).toEqual(Object.fromEntries(tried.map(({ id, outcome }) => [id, outcome])));
    expect(problems).toEqual([]);
  }, 900_000);
});

/** The first of each verb and ending: the others differ in their request only, and are tried in the sweep. */
function oneOfEachKind(all: typeof tries): typeof tries {
  const kinds = new Map(all.toReversed().map((one) => [`${one.verb} ${one.outcome}`, one]));
  return [...kinds.values()];
}

function newContext(): Promise<BrowserContext> {
  return site.browser.newContext();
}

/** Runs an example and tells how it ended. */
async function endingOf(example: LiveExample, expected: string): Promise<string> {
  await example.run();
  return endOf(example, expected);
}

/** How an example that runs ends. */
async function endOf(example: LiveExample, expected: string): Promise<string> {
  await example.end();
  const failure = await example.failure();
  if (failure) return failure;
  if (expected === "video") {
    await example.videoPlays();
    return "video";
  }
  if (expected === "picture") {
    await example.root.getByRole("img", { name: "Result" }).first().waitFor();
    return "picture";
  }
  if (expected === "audio") {
    await example.audioLoads();
    return "audio";
  }
  return "console";
}
