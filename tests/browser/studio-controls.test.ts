import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumNote, launchChromium, skipWithoutChromium } from "./chromium.js";
import { openPart, openStudio, rowWith, submit } from "./studio-kit.js";

let browser: Browser;

beforeAll(async () => {
  if (!skipWithoutChromium) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

describe.skipIf(skipWithoutChromium)(`the studio's controls${chromiumNote}`, () => {
  it("shows new charges after a reset where only duplicates were shown before", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await submit(server, { prompt: "Twice" });
    await submit(server, { prompt: "Twice" });
    const twice = page.getByRole("tab", { name: "1 twice" });
    expect(await twice.locator(".ks-note").evaluate((note) => getComputedStyle(note).color)).toBe("rgb(179, 38, 30)");
    await twice.click();
    await page.getByRole("button", { name: "Only duplicates" }).click();
    await expect.poll(() => page.getByRole("gridcell", { name: "once" }).count()).toBe(0);
    server.mock.reset();
    await page.getByText("Nothing has been charged").waitFor();
    await submit(server);
    await page.getByRole("gridcell", { name: "once" }).waitFor();
  });

  it("finds a fault by the words that stand there, whatever their case, and says where there is none", async () => {
    await using studio = await openStudio(browser);
    const { page } = studio;
    await openPart(page, "Steering");
    const faults = page.getByRole("article").filter({ hasText: "Faults after the work was done" });
    const words = (await faults.locator("li p").first().textContent()) ?? "";
    await faults.getByRole("searchbox").fill(words);
    await faults.getByText(words, { exact: true }).waitFor();
    await faults.getByRole("searchbox").fill("zeppelin");
    await faults.getByText("Nothing here is like that").waitFor();
  });

  it("says that a task takes 2 min more, and not 1 min 60 s", async () => {
    const timing = { submittedMs: 0, processingMs: 600_000 };
    await using studio = await openStudio(browser, { mock: { timing } });
    const { server, page } = studio;
    server.mock.clock.freeze();
    await submit(server);
    await rowWith(page, "submitted").or(rowWith(page, "processing")).click();
    const { tasks } = (await (await fetch(`${server.url}/__mock/tasks`)).json()) as {
      tasks: { course: { at: number }[] }[];
    };
    const end = tasks[0]?.course.at(-1)?.at ?? Number.NaN;
    server.mock.clock.advance(end - 119_600 - server.mock.clock.now());
    await page.getByRole("complementary").getByText("in 2 min", { exact: true }).waitFor();
  });

  it("does not fill an account up again when something else of it is changed", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await submit(server);
    await openPart(page, "Accounts");
    const card = page.getByRole("article", { name: "account-1" });
    await card.getByText("Change").first().click();
    await card.getByLabel("Units", { exact: true }).fill("10");
    await card.getByRole("button", { name: "Change" }).click();
    await card.getByText("10 units left of 10").waitFor();
    await submit(server, { prompt: "Another" });
    await card.getByText("8.5 units left of 10").waitFor();
    await card.getByLabel("Tasks at a time").fill("3");
    await card.getByRole("button", { name: "Change" }).click();
    await card.locator("dd", { hasText: /^3$/ }).waitFor();
    expect(server.mock.accounts.list()).toMatchObject([{ unitsLeft: 8.5, parallelTasks: 3 }]);
  });

  it("goes on by arrow key from the row that was clicked", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    for (const prompt of ["Third", "Second", "First"]) await submit(server, { prompt });
    const cell = rowWith(page, "Second").getByRole("gridcell").first();
    const before = await cell.boundingBox();
    await rowWith(page, "Second").click();
    await page.getByRole("heading", { name: "Task" }).press("Escape");
    await page.getByRole("grid", { name: "Tasks" }).and(page.locator(":focus")).waitFor();
    expect(await cell.boundingBox()).toEqual(before);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").getByText("Third").waitFor();
  });

  it("lets the focus go nowhere under a task that covers the window, and back to its row", async () => {
    await using studio = await openStudio(browser, { page: { viewport: { width: 900, height: 700 } } });
    const { server, page } = studio;
    server.mock.clock.freeze();
    await submit(server);
    await rowWith(page, "submitted").click();
    const detail = page.getByRole("complementary");
    await detail.waitFor();
    for (let press = 0; press < 20; press += 1) {
      await page.keyboard.press("Tab");
      const place = await page.evaluate(
        () => document.activeElement?.closest(".ks-bar, .ks-tab-line, .ks-list")?.className,
      );
      expect(place).toBeUndefined();
    }
    await detail.getByRole("button", { name: "Close" }).press("Escape");
    await page.getByRole("grid", { name: "Tasks" }).and(page.locator(":focus")).waitFor();
  });

  it("shows on a phone what a callback has told, beside an address as long as it may be", async () => {
    await using studio = await openStudio(browser, { page: { viewport: { width: 390, height: 844 } } });
    const { server, page } = studio;
    await submit(server, { callback_url: `http://127.0.0.1:9/${"long/".repeat(30)}` });
    server.mock.clock.advance(60_000);
    await openPart(page, "Callbacks");
    const told = page.getByRole("gridcell", { name: "succeed" }).first();
    expect(await told.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
  });
});
