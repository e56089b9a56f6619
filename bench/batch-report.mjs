// The report page in Chromium: 400 rows at three widths in both themes, as pictures to look at, and 20 000 rows while it is
// scrolled beside 400: frames, the longest one, and tasks of more than 50 ms.
// Needs a build and Chromium. Usage: npm run bench -- batch-report [folder for the pictures] [video.mp4] [rows]
import { copyFileSync, linkSync, mkdirSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { writeReport } from "../packages/batch/dist/report/write-report.js";

const [given, video, rows = "20000"] = process.argv.slice(2);
const folder = given ?? mkdtempSync(path.join(os.tmpdir(), "klingkit-report-"));
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });

const small = await report("small", 400);
for (const [name, width, height] of [
  ["phone", 390, 844],
  ["desk", 1280, 900],
  ["wall", 1920, 1080],
])
  for (const colorScheme of ["light", "dark"]) {
    const page = await browser.newPage({ viewport: { width, height }, colorScheme });
    await page.goto(small);
    await page.waitForTimeout(1_500);
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    console.log(JSON.stringify({ width, colorScheme, overflow }));
    await page.close();
  }
// The few rows are the baseline: whatever this machine takes for them is its own.
const large = await report("large", Number(rows));
for (const [count, address] of [
  [400, small],
  [Number(rows), large],
])
  console.log(JSON.stringify({ rows: count, ...(await scrolled(address)) }));
await browser.close();
console.log(folder);

/** A report of rows of all kinds. Each that is done has the given video. */
async function report(name, count) {
  const out = path.join(folder, name);
  mkdirSync(out, { recursive: true });
  if (video) copyFileSync(video, path.join(out, "video.mp4"));
  const results = Array.from({ length: count }, (_, index) => resultOf(index, out));
  await writeReport(out, { name: "autumn catalogue", results });
  return pathToFileURL(path.join(out, "report.html")).href;
}

function resultOf(index, out) {
  const id = `product-${String(index).padStart(5, "0")}`;
  const state = ["done", "done", "done", "skipped", "done", "done", "failed", "done", "done", "done"][index % 10];
  const kind = index % 97 === 0 ? "open" : index % 101 === 0 ? "unknown" : index % 103 === 0 ? "not-started" : state;
  const isDone = kind === "done" || kind === "skipped";
  if (isDone && video && count(index)) linkSync(path.join(out, "video.mp4"), path.join(out, `${id}.mp4`));
  const why = { code: "task-failed-risk-control", message: "The content was refused by the provider's risk control." };
  return {
    row: { id, family: "image2video", body: { prompt: `${id}, slow pan over the table, warm light` }, digest: "d" },
    state: kind,
    attempt: index % 13 === 0 ? 2 : 1,
    files: isDone ? [`${id}.mp4`] : [],
    usd: isDone ? 0.14 + (index % 3) * 0.07 : 0,
    ...(kind === "failed" ? { error: why } : {}),
  };
}

/** The first thousand have their video. */
function count(index) {
  return index < 1_000;
}

/** Scrolls as a wheel does, through the whole page. */
async function scrolled(address) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const loading = Date.now();
  await page.goto(address);
  const loadMs = Date.now() - loading;
  await page.evaluate(() => {
    const seen = { frames: [], longTasks: [] };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) seen.longTasks.push(Math.round(duration));
    }).observe({ type: "longtask" });
    let last = performance.now();
    const frame = (now) => {
      seen.frames.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  const devtools = await page.context().newCDPSession(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  // Most of 400 rows, and as far through more of them.
  const distance = { yDistance: -16_000, speed: 2_000 };
  await devtools.send("Input.synthesizeScrollGesture", { x: 600, y: 500, ...distance });
  const middle = await page.evaluate(() => scrollY);
  await page.keyboard.press("End");
  await page.waitForTimeout(500);
  const { frames, longTasks } = await page.evaluate(() => window.seen);
  const cards = await page.evaluate(() => document.querySelectorAll("article").length);
  await page.close();
  const sorted = [...frames].sort((left, right) => left - right);
  const at = (share) => Math.round(sorted[Math.floor((sorted.length - 1) * share)] * 10) / 10;
  return {
    loadMs,
    height,
    middle,
    cards,
    frames: frames.length,
    medianMs: at(0.5),
    p99Ms: at(0.99),
    longestMs: at(1),
    longTasks,
  };
}
