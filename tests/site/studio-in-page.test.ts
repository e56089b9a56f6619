import type { BrowserContextOptions, Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeProblems } from "../browser/axe.js";
import { chromiumNote, patience, skipWithoutChromium } from "../browser/chromium.js";
import { openPart, rowWith } from "../browser/studio-kit.js";
import { looks, sweeping, useSite, watchPages } from "./site.js";

/** Code behind a button makes room for what it says, which browsers forgive for half a second: not enough for retries. */
const shiftOfActions = 0.05;

const site = useSite();

describe.skipIf(skipWithoutChromium)(`the studio in the page${chromiumNote}`, () => {
  it("shows one charge where the client lost the answer to a create", async () => {
    await using opened = await open();
    const { page } = opened;
    await press(page, "A lost answer");
    await said(page, /one charge/);
    await page.getByText("No duplicate charge.").waitFor();
    expect(await charges(page)).toEqual(["once"]);
    // Once more is another intention, not the same one again.
    await press(page, "A lost answer");
    await rowWith(page, "once").nth(1).waitFor();
    expect(await charges(page)).toEqual(["once", "once"]);
  });

  it("shows in words that the naive loop pays twice", async () => {
    await using opened = await open();
    const { page } = opened;
    await press(page, "A lost answer in a naive retry loop");
    await said(page, /attempt 2: task/);
    await page.getByText(/^✕ 1 duplicate charge: the same request was paid for again/).waitFor();
    await page.getByRole("tab", { name: /Ledger.*1 twice/ }).waitFor();
    expect(await charges(page)).toEqual([expect.stringMatching(/^✕ duplicate of \d+$/), "once"]);
  });

  it("delivers callbacks to a receiver in the page, and goes by the clock of the studio", async () => {
    await using opened = await open();
    const { page } = opened;
    await page.getByRole("button", { name: "Freeze" }).click();
    await page.getByRole("button", { name: "Let it run" }).waitFor();
    await press(page, "A task with webhooks");
    await page.getByText("1 callback sent").waitFor();
    await page.getByRole("button", { name: "Advance by 10 s" }).click();
    await said(page, /has succeeded, and its receiver was told/);
    await page.getByText("3 callbacks sent, 0 still to come").waitFor();
    expect(await rowWith(page, "taken").count()).toBe(3);
  });

  it("shows a task's picture and video", async () => {
    await using opened = await open({ opensTask: true });
    const { page } = opened;
    await page.getByRole("button", { name: "Freeze" }).click();
    await press(page, "A task that succeeds");
    await rowWith(page, "The steam rises").click();
    await page.getByRole("button", { name: "Advance by 1 s", exact: true }).click();
    await page.locator("img.ks-print").first().waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Advance by 10 s" }).click();
    const video = page.getByLabel("Result");
    await video.waitFor({ timeout: patience });
    await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.videoWidth)).toBeGreaterThan(0);
  });

  it("closes a task whose video still loads, without a complaint of the browser", async () => {
    await using opened = await open({ opensTask: true });
    const { page } = opened;
    await page.getByRole("button", { name: "Freeze" }).click();
    await press(page, "A task that succeeds");
    await rowWith(page, "The steam rises").click();
    await page.getByRole("button", { name: "Advance by 10 s" }).click();
    await page.getByLabel("Result").waitFor({ state: "attached" });
    await page.getByRole("complementary", { name: "Task" }).getByRole("button", { name: "Close" }).click();
    await page.getByLabel("Result").waitFor({ state: "detached" });
  });

  it("asks nobody for anything once it is loaded", async () => {
    await using opened = await open();
    const { page } = opened;
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    await press(page, "A lost answer");
    await said(page, /one charge/);
    await press(page, "A lost answer in a naive retry loop");
    await said(page, /attempt 2: task/);
    await page.getByText(/^✕ 1 duplicate charge/).waitFor();
    // The picture is the site's own.
    expect(asked.filter((url) => !url.startsWith(`${site.url}/_astro/coffee`))).toEqual([]);
  });

  it("shows HTML as text", async () => {
    await using opened = await open({ opensTask: true });
    const { page } = opened;
    const html = '<img src=x onerror="document.title=1"><b>bold</b>';
    await page.getByRole("button", { name: "Freeze" }).click();
    await press(page, "A task that succeeds");
    await rowWith(page, "The steam rises").click();
    await page.getByLabel("Reason for failing").fill(html);
    await page.getByRole("button", { name: "Fail", exact: true }).click();
    await page.locator(".ks-reason", { hasText: html }).waitFor();
    await said(page, html);
    expect(await page.locator(".bench :is(b, img[src=x])").count()).toBe(0);
    expect(await page.title()).not.toBe("1");
  });

  it("loads nothing of the studio before it is opened", async () => {
    const page = await site.browser.newPage();
    const before = new Set<string>();
    page.on("request", (request) => before.add(new URL(request.url()).pathname));
    await page.goto(`${site.url}/studio/`, { waitUntil: "networkidle" });
    expect([...before].filter((path) => /workbench/.test(path))).toEqual([]);
    await page.getByRole("button", { name: "Open the studio" }).click();
    await page.getByRole("tab", { name: "Tasks" }).waitFor();
    expect([...before].filter((path) => /workbench.*\.js$/.test(path))).toHaveLength(1);
    await page.close();
  });

  it.each(looks)("is sound in $colorScheme at $viewport.width pixels", async (look) => {
    await using opened = await open({ opensTask: true, look });
    const { page } = opened;
    await press(page, "A lost answer in a naive retry loop");
    for (const part of ["Requests", "Ledger", "Callbacks", "Accounts", "Steering", "Tasks"]) {
      await openPart(page, part);
      expect(await violations(page), part).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), part).toBe(0);
    }
    await rowWith(page, "The steam rises").first().click();
    await page.getByRole("heading", { name: /^Task \d+/ }).waitFor();
    expect(await violations(page), "a task").toEqual([]);
    await page.getByRole("button", { name: "Close" }).click();
  });
});

/**
 * Opens the studio. Once it is closed, nothing may have been asked of anybody else, and nothing may have gone wrong.
 * @param opensTask whether a task is looked at: it makes room for its result and what is asked about it, as they come
 */
async function open({
  opensTask = false,
  look = {},
}: {
  opensTask?: boolean;
  look?: BrowserContextOptions;
} = {}): Promise<{ readonly page: Page } & AsyncDisposable> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 900 }, ...look });
  const problems = await watchPages(context, site, shiftOfActions);
  const page = await context.newPage();
  await page.goto(`${site.url}/studio/`);
  await page.getByRole("button", { name: "Open the studio" }).click();
  await page.getByRole("tab", { name: "Tasks" }).waitFor();
  return {
    page,
    async [Symbol.asyncDispose]() {
      await context.close();
      expect(problems.filter((problem) => !(opensTask && problem.startsWith("the layout shifts")))).toEqual([]);
    },
  };
}

function press(page: Page, title: string): Promise<void> {
  return page.getByRole("button", { name: title, exact: true }).click();
}

/** Waits until the code behind a button has said something. */
function said(page: Page, text: string | RegExp): Promise<void> {
  return page.locator(".bench-said li").filter({ hasText: text }).first().waitFor();
}

/** The ledger's verdicts, newest charge first. */
function charges(page: Page): Promise<string[]> {
  return page.getByRole("grid", { name: "Charges" }).locator("[role=gridcell]:nth-child(4)").allTextContents();
}

function violations(page: Page): Promise<string[]> {
  return axeProblems(page, { within: ".bench", onlySerious: false, everyText: sweeping });
}
