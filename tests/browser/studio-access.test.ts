import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeProblems } from "./axe.js";
import { chromiumNote, launchChromium, skipWithoutChromium } from "./chromium.js";
import { type OpenStudio, openPart, openStudio, rowWith, submit } from "./studio-kit.js";

let browser: Browser;

beforeAll(async () => {
  if (!skipWithoutChromium) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

/** Something of everything: an ended, a failed and a running task, a duplicate, a cut answer, rules, accounts, callbacks. */
async function fill({ server }: OpenStudio): Promise<void> {
  await submit(server, { prompt: "Ends", callback_url: "http://127.0.0.1:9/" });
  await submit(server, { prompt: "Fails" }, "scenario=risk-control");
  server.mock.clock.advance(60_000);
  await submit(server, { prompt: "Twice" }, "fault=reset-after-accept").catch(() => {});
  await submit(server, { prompt: "Twice" });
  await submit(server, { prompt: "Refused" }, "code=1303");
  server.mock.accounts.set("test-ten-units", { inArrears: true });
  server.mock.rules.add({ prefer: "fault=html-502" });
  server.mock.clock.freeze();
}

/** Runs in the page: what can be scrolled sideways, and controls that are cut off. */
function hiddenBesideTheWindow(): string[] {
  const sideways = [...document.querySelectorAll(".ks-app *")].filter(
    (element) => element.scrollWidth > element.clientWidth && /auto|scroll/.test(getComputedStyle(element).overflowX),
  );
  const cut = [...document.querySelectorAll(".ks-app :is(button, input, select, summary)")].filter((element) => {
    const { left, right } = element.getBoundingClientRect();
    return element.checkVisibility() && (left < 0 || right > innerWidth);
  });
  return [...sideways, ...cut].map((element) => `${element.className} ${element.textContent?.slice(0, 40)}`);
}

/** Every part of the page, each with something open in it. */
const parts: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  Tasks: async (page) => rowWith(page, "Twice").first().click(),
  Requests: async (page) => rowWith(page, "POST").first().click(),
  Ledger: async (page) => page.getByText("duplicate of").waitFor(),
  Callbacks: async (page) => page.getByRole("grid").waitFor(),
  Accounts: async (page) => page.getByText("Change").first().click(),
  Steering: async (page) => page.getByText("1 rule on").waitFor(),
};

describe.skipIf(skipWithoutChromium)(`the studio, for everyone${chromiumNote}`, () => {
  it.each([
    { ground: "dark", onlyColours: false },
    // Nothing but colours differs between the two.
    { ground: "light", onlyColours: true },
  ] as const)("has no serious fault that axe finds, on $ground ground", async ({ ground, onlyColours }) => {
    await using studio = await openStudio(browser, { page: { colorScheme: ground, reducedMotion: "reduce" } });
    await fill(studio);
    for (const [part, open] of Object.entries(parts)) {
      await openPart(studio.page, part);
      await open(studio.page);
      expect(await axeProblems(studio.page, { onlyColours }), part).toEqual([]);
    }
  });

  it("can be walked through by keyboard alone", async () => {
    await using studio = await openStudio(browser);
    const { page } = studio;
    await fill(studio);
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? "");
    await page.getByRole("tab", { name: "Tasks" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toContain("Requests");
    await page.keyboard.press("End");
    expect(await focused()).toContain("Steering");
    await page.keyboard.press("Home");
    await rowWith(page, "Ends").waitFor();
    while ((await page.evaluate(() => document.activeElement?.role)) !== "grid") await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("End");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").getByText('"Ends"').waitFor();
    expect(await focused()).toMatch(/^Task \d+$/);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.getByRole("complementary").count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.role)).toBe("grid");
  });

  it("fits a phone, and stands still where motion is unwelcome", async () => {
    const page = { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" } as const;
    await using studio = await openStudio(browser, { page });
    await fill(studio);
    for (const [part, open] of Object.entries(parts)) {
      await openPart(studio.page, part);
      await open(studio.page);
      expect(await studio.page.evaluate(() => document.documentElement.scrollWidth), part).toBe(390);
      expect(await studio.page.evaluate(hiddenBesideTheWindow), part).toEqual([]);
      const close = studio.page.getByRole("complementary").getByRole("button", { name: "Close" });
      if ((await close.count()) > 0) await close.click();
    }
    const durations = await studio.page.evaluate(() =>
      [...document.querySelectorAll("*")].map((element) => getComputedStyle(element).transitionDuration),
    );
    expect(new Set(durations.flatMap((duration) => duration.split(", ")))).toEqual(new Set(["0s"]));
  });
});
