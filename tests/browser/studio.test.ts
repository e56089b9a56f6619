import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, request } from "node:http";
import { createMock } from "@klingkit/mock-server";
import { klingMock } from "@klingkit/mock-server/express";
import { startMockServer } from "@klingkit/mock-server/node";
import express from "express";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtFile } from "../../scripts/freshness.mjs";
import { chromiumNote, launchChromium, patience, skipWithoutChromium } from "./chromium.js";
import { counterOfLayouts, openPart, openStudio, restoreMany, rowWith, submit, submitMany } from "./studio-kit.js";

const cli = builtFile("packages/cli", "dist/bin.js");
let browser: Browser;

beforeAll(async () => {
  if (!skipWithoutChromium) browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
});

describe.skipIf(skipWithoutChromium)(`the studio${chromiumNote}`, () => {
  it("shows a task that the command line submits, within a second", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    const created = new Promise<number>((resolve) => {
      server.mock.events.subscribe(({ type }) => type === "task-created" && resolve(performance.now()));
    });
    const args = [cli, "submit", "text2video", "--prompt", "Rain on a window", "--base-url", server.url];
    const command = spawn(process.execPath, args, { env: { ...process.env, COMETAPI_KEY: "k" }, stdio: "ignore" });
    const ended = new Promise((resolve) => command.once("exit", resolve));
    const seen = rowWith(page, "Rain on a window")
      .waitFor()
      .then(() => performance.now());
    expect((await seen) - (await created)).toBeLessThan(1_000);
    expect(await ended).toBe(0);
  });

  it("switches a fault on for the next request, or until it is switched off", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await openPart(page, "Steering");
    await page.getByRole("button", { name: "html-502 for the next request" }).click();
    await page.getByText("1 rule on").waitFor();
    expect((await submit(server)).status).toBe(502);
    await page.getByText("No rule is on").waitFor();
    expect((await submit(server)).status).toBe(200);
    const always = page.getByRole("button", { name: "rate-limit for every request" });
    await always.click();
    await page.getByText("1 rule on").waitFor();
    expect([(await submit(server)).status, (await submit(server)).status]).toEqual([429, 429]);
    expect(await always.getAttribute("aria-pressed")).toBe("true");
    await always.click();
    await page.getByText("No rule is on").waitFor();
    expect((await submit(server)).status).toBe(200);
    await page.getByLabel("Words").fill("code=1303");
    await page.getByLabel("Verb").fill("get");
    await page.getByLabel("How many requests").fill("3");
    await page.getByRole("button", { name: "Switch on" }).click();
    await page.getByText("verb get, for 3 more requests").waitFor();
    expect(server.mock.rules.list()).toMatchObject([{ prefer: "code=1303", match: { verb: "get" }, left: 3 }]);
  });

  it("says in words and in red that a request was paid for twice", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await submit(server, { prompt: "Twice" }, "fault=reset-after-accept").catch(() => {});
    await submit(server, { prompt: "Twice" });
    await submit(server, { prompt: "Once" });
    const [first] = server.mock.ledger.charges;
    await page.getByRole("tab", { name: "1 twice" }).click();
    await page.getByText("1 duplicate charge: the same request was paid for again, 1.5 units too much").waitFor();
    const verdict = page.getByText(`duplicate of ${first?.taskId}`);
    expect(await verdict.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(179, 38, 30)");
    await page.getByRole("button", { name: "Only duplicates" }).click();
    await expect.poll(() => page.getByRole("gridcell", { name: "once" }).count()).toBe(0);
  });

  it("freezes, speeds up and advances time until a task has ended, and plays its video", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await page.getByRole("button", { name: "Freeze" }).click();
    await page.getByText("frozen").waitFor();
    await submit(server);
    await rowWith(page, "submitted").click();
    await page.getByLabel("Speed").selectOption("60");
    await expect.poll(() => server.mock.clock.speed).toBe(60);
    const now = server.mock.clock.now();
    await page.getByRole("button", { name: "Advance by 1 min" }).click();
    await rowWith(page, "succeed").waitFor();
    expect(server.mock.clock.now()).toBe(now + 60_000);
    const isPlayable = () => page.locator("video").evaluate((video: HTMLVideoElement) => video.readyState);
    await expect.poll(isPlayable).toBeGreaterThanOrEqual(1);
    expect(server.mock.requests.count).toBe(1);
  });

  it("moves a task by hand and tells what the simulator says against it", async () => {
    await using studio = await openStudio(browser, { mock: { progress: "manual" } });
    const { server, page } = studio;
    await submit(server);
    await rowWith(page, "submitted").click();
    await page.getByRole("button", { name: "Next status" }).click();
    await rowWith(page, "processing").waitFor();
    await page.getByLabel("Reason for failing").fill("No <b>luck</b>");
    server.mock.clock.freeze();
    await page.getByRole("button", { name: "Fail", exact: true }).click();
    await page.getByText("✕ failed: No <b>luck</b>").waitFor();
    await page.locator("summary", { hasText: "Set" }).click();
    await page.getByLabel("A later time").fill("2001-01-01T00:00:00");
    await page.locator(".ks-float").getByRole("button", { name: "Set" }).click();
    await page.getByText("The clock can't be set to").waitFor();
  });

  it("says that it is simulated, and leads to a task by its link, also after a reload", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await page.getByText("SIMULATED").waitFor();
    await page.getByText("connected").waitFor();
    await submit(server, { prompt: "To be linked" });
    await rowWith(page, "To be linked").click();
    const [task] = [...server.mock.tasks.newestFirst()];
    const heading = page.getByRole("heading", { name: `Task ${task?.id}` });
    await heading.waitFor();
    expect(new URL(page.url()).hash).toBe(`#tasks/${task?.id}`);
    await page.reload();
    await heading.waitFor();
    await page.getByRole("button", { name: "Close" }).click();
    expect(new URL(page.url()).hash).toBe("#tasks");
    await page.evaluate(() => location.assign("#requests/1"));
    await page.getByRole("heading", { name: "Request 1" }).waitFor();
    await page.evaluate(() => location.assign("#tasks/%41"));
    await page.getByText("This simulator has no such task").waitFor();
  });

  it("shows the picture that a task was made from in its row", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    const image = readFileSync(new URL("../../examples/rocket.jpg", import.meta.url)).toString("base64");
    await submit(server, { prompt: "From words alone" });
    await submit(server, { prompt: "From a picture", image }, undefined, "image2video");
    const picture = rowWith(page, "From a picture").locator(".ks-thumbnail img");
    await expect.poll(() => picture.evaluate((seen: HTMLImageElement) => seen.naturalWidth)).toBeGreaterThan(0);
    expect(await page.locator(".ks-thumbnail").count()).toBe(1);
  });

  it("counts failed callbacks by their cause, and shows those of one cause", async () => {
    await using taker = await answering(204);
    await using refuser = await answering(500);
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    const { port } = new URL(refuser.url);
    for (const callback_url of [taker.url, refuser.url, "http://127.0.0.1:9/"]) await submit(server, { callback_url });
    server.mock.clock.advance(3_600_000);
    await openPart(page, "Callbacks");
    const refused = page.getByRole("button", { name: new RegExp(`\\d× ✕ refused: answered 500 .*:${port}`) });
    await page.getByRole("button", { name: /\d× ✕ unreachable: .* http:\/\/127\.0\.0\.1:9\/$/ }).waitFor();
    await rowWith(page, "taken").first().waitFor();
    await refused.click();
    await expect.poll(() => rowWith(page, /taken|unreachable/).count()).toBe(0);
    expect(await rowWith(page, "refused: answered 500").count()).toBeGreaterThan(0);
    await refused.click();
    await rowWith(page, "taken").first().waitFor();
  });

  it("keeps few rows of 10,000 tasks in the page, and does little at each scroll", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await restoreMany(server, 10_000);
    const grid = page.getByRole("grid", { name: "Tasks" });
    await expect.poll(() => grid.getAttribute("aria-rowcount"), { timeout: patience }).toBe("10001");
    const layouts = await counterOfLayouts(page);
    const before = await layouts();
    const { mostRows, mostAdded } = await grid.evaluate(scrollThrough, 50);
    expect(mostRows).toBeGreaterThan(10);
    expect(mostRows).toBeLessThan(60);
    expect(mostAdded).toBeLessThan(60);
    expect((await layouts()) - before).toBeLessThan(50 * 5);
    await grid.press("End");
    await rowWith(page, "Boat 0 ").waitFor();
    await page.getByPlaceholder("Id, operation").fill("boat 7777");
    await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("2");
  });

  it("stays where the reader is while tasks come in above", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    server.mock.clock.freeze();
    await submitMany(server, 200);
    const grid = page.getByRole("grid", { name: "Tasks" });
    await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("201");
    await grid.evaluate((element) => element.scrollTo(0, 50 * 36));
    const place = () => rowWith(page, "Boat 145 ").boundingBox();
    const before = await place();
    await submitMany(server, 30);
    await expect.poll(() => grid.getAttribute("aria-rowcount")).toBe("231");
    expect((await place())?.y).toBe(before?.y);
  });

  it("leaves the browser's connections to the tab that is looked at", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    let seen = page;
    // A browser opens six connections to a host: the sixth stream would leave none to ask anything with.
    for (let tab = 2; tab <= 8; tab += 1) {
      await seen.evaluate(hide);
      seen = await page.context().newPage();
      await seen.goto(page.url());
      await seen.locator(".ks-live").waitFor();
    }
    await submit(server, { prompt: "Seen in the eighth tab" });
    await rowWith(seen, "Seen in the eighth tab").waitFor();
    expect(server.mock.events.listeners).toBe(1);
  });

  it("shows markup in what callers send as text", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    const markup = '<img src="x" onerror="window.broken=1"><script>window.broken=1</script>';
    await submit(server, { prompt: markup, external_task_id: "own", callback_url: `http://127.0.0.1:9/${markup}` });
    await fetch(`${server.url}/kling/v1/videos/${encodeURIComponent(markup)}?q=${markup}`, {
      method: "POST",
      headers: { authorization: "Bearer k", "user-agent": markup },
      body: markup,
    });
    server.mock.rules.add({ prefer: "delay=0", match: { model: markup } });
    await rowWith(page, markup).click();
    for (const part of ["Requests", "Callbacks", "Ledger", "Accounts", "Steering"]) {
      await openPart(page, part);
      if (part === "Requests")
        await page
          .getByRole("row", { name: /unknown/ })
          .first()
          .click();
    }
    await page.getByText(`model ${markup}`).waitFor();
    expect(await page.evaluate(() => [document.querySelectorAll("img[src=x]").length, "broken" in window])).toEqual([
      0,
      false,
    ]);
  });

  it("takes a snapshot, forgets everything when asked twice, and restores it", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await submit(server, { prompt: "To be kept" });
    await rowWith(page, "To be kept").waitFor();
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Take snapshot" }).click();
    const file = await (await download).path();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Keep it" }).click();
    expect(server.mock.tasks.size).toBe(1);
    await page.getByRole("button", { name: "Reset" }).click();
    await page.getByRole("button", { name: "Forget everything" }).click();
    await page.getByText("No task yet").waitFor();
    await page.locator("input[type=file]").setInputFiles(file);
    await rowWith(page, "To be kept").waitFor();
    await page.locator("input[type=file]").setInputFiles({ name: "a.json", mimeType: "a", buffer: Buffer.from("{}") });
    await page.getByText("This is not a snapshot of a klingkit simulator").waitFor();
  });

  it("opens an account in trouble and changes what it may do", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await openPart(page, "Accounts");
    await page.getByLabel("Key").fill("test-ten-units");
    await page.getByRole("button", { name: "Open" }).click();
    const card = page.getByRole("article", { name: "account-1" });
    await card.getByText("10 units left of 10").waitFor();
    await card.getByText("Change").first().click();
    await card.getByLabel("Units", { exact: true }).fill("2.5");
    await card.getByLabel("In arrears").check();
    await card.getByRole("button", { name: "Change" }).click();
    await card.getByText("✕ In arrears").waitFor();
    expect(server.mock.accounts.list()).toMatchObject([{ unitsLeft: 2.5, inArrears: true, packExpired: false }]);
    expect(server.mock.accounts.list()[0]?.parallelTasks).toBe(Number.POSITIVE_INFINITY);
  });

  it("says that the simulator has gone, and goes on when it is there again", async () => {
    await using studio = await openStudio(browser);
    const { server, page } = studio;
    await submit(server, { prompt: "Before" });
    await rowWith(page, "Before").waitFor();
    await server.close();
    await page.getByText("lost; trying again").waitFor();
    await using again = await startMockServer({ port: Number(new URL(server.url).port), render: "none" });
    await page.locator(".ks-live").waitFor();
    await submit(again, { prompt: "After" });
    await rowWith(page, "After").waitFor();
    await expect.poll(() => rowWith(page, "Before").count()).toBe(0);
    await page.goto("about:blank");
  });
});

/** Scrolls from top to bottom and counts the rows that are there at a time, and those newly made at a step. */
async function scrollThrough(grid: Element, steps: number) {
  let added = 0;
  const observer = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes) if (node instanceof Element && node.role === "row") added += 1;
  });
  observer.observe(grid, { childList: true, subtree: true });
  const counts = { mostRows: 0, mostAdded: 0 };
  for (let step = 1; step <= steps; step += 1) {
    added = 0;
    grid.scrollTop = (grid.scrollHeight * step) / steps;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    counts.mostAdded = Math.max(counts.mostAdded, added);
    counts.mostRows = Math.max(counts.mostRows, grid.querySelectorAll("[role=row]").length);
  }
  observer.disconnect();
  return counts;
}

describe("the studio's files", () => {
  it("are for this machine's own pages only, and let nothing in from elsewhere", async () => {
    await using server = await startMockServer({ port: 0, render: "none" });
    const page = await fetch(`${server.url}/__mock/studio/`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-security-policy")).toMatch(
      /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
    );
    expect(page.headers.get("content-security-policy")).not.toMatch(/unsafe|\*|https?:/);
    const evil = { headers: { origin: "https://evil.example" } };
    expect((await fetch(`${server.url}/__mock/studio/studio.js`, evil)).status).toBe(403);
    expect(await statusFor(server.url, "evil.example")).toBe(403);
    for (const name of ["..%2findex.js", "%2e%2e/package.json", "nonsense", "__proto__"])
      expect((await fetch(`${server.url}/__mock/studio/${name}`)).status, name).toBe(404);
    expect((await fetch(`${server.url}/__mock/studio/`, { method: "POST" })).status).toBe(405);
  });

  it.skipIf(skipWithoutChromium)(`work below the mount of an Express application${chromiumNote}`, async () => {
    const mock = createMock();
    const listening = express().use("/fake", klingMock(mock)).listen(0, "127.0.0.1");
    await new Promise((resolve) => listening.once("listening", resolve));
    const address = listening.address();
    const port = typeof address === "object" ? address?.port : 0;
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/fake/__mock/studio`);
    await page.locator(".ks-live").waitFor();
    await page.getByRole("button", { name: "Freeze" }).click();
    await expect.poll(() => mock.clock.frozen).toBe(true);
    await page.close();
    listening.closeAllConnections();
    listening.close();
  });
});

/** A receiver of callbacks that always says the same. */
async function answering(status: number): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a request gets that believes the simulator to be another host. */
function statusFor(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${url}/__mock/studio/`, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

/** Runs in the page: as if another tab were in front of it. Headless, every tab believes that it is seen. */
function hide(): void {
  Object.defineProperty(document, "visibilityState", { value: "hidden" });
  document.dispatchEvent(new Event("visibilitychange"));
}
