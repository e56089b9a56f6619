// The studio with ten thousand tasks beside the studio with a hundred: until the rows are there, frames while scrolling, and until a new task is in the page. Needs Chromium; set CHROMIUM_PATH where it is not in its usual place.
import { startMockServer } from "@klingkit/mock-server/node";
import { chromium } from "playwright-core";
import { median, printTable } from "./support/report.mjs";

const sizes = [100, 10_000];
const rounds = 5;
const steps = 120;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const figures = { 100: [], 10000: [] };
for (let round = 0; round < rounds; round += 1) for (const size of sizes) figures[size].push(await measure(size));
await browser.close();

const kinds = ["opened ms", "frame ms, median", "frame ms, 99 %", "frames over 50 ms", "new task ms"];
const medians = sizes.map((size) => kinds.map((_, kind) => median(figures[size].map((round) => round[kind]))));
printTable([
  ["", "100 tasks", "10,000 tasks", "ratio"],
  ...kinds.map((kind, index) => {
    const [few, many] = medians.map((figure) => figure[index]);
    return [kind, few.toFixed(1), many.toFixed(1), few === 0 ? "" : (many / few).toFixed(2)];
  }),
]);

async function measure(size) {
  const server = await startMockServer({ port: 0, render: "none" });
  await fill(server.mock, size);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const started = performance.now();
  await page.goto(`${server.url}/__mock/studio`);
  await rowsAre(page, size);
  const opened = performance.now() - started;
  const frames = (await page.getByRole("grid").evaluate(scroll, steps)).sort((one, other) => one - other);
  await page.getByRole("grid").evaluate((grid) => grid.scrollTo(0, 0));
  const submitted = performance.now();
  await submit(server.mock);
  await rowsAre(page, size + 1);
  const shown = performance.now() - submitted;
  await page.close();
  await server.close();
  return [
    opened,
    median(frames),
    frames[Math.floor(frames.length * 0.99)],
    frames.filter((ms) => ms > 50).length,
    shown,
  ];
}

/** How long each frame took while the list was scrolled. Runs in the page. */
async function scroll(grid, count) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const durations = [];
  let last = await frame();
  for (let step = 1; step <= count; step += 1) {
    // The same way for lists of any length: eight rows at a time, round and round.
    grid.scrollTop = (step * 288) % (grid.scrollHeight - grid.clientHeight);
    const now = await frame();
    durations.push(now - last);
    last = now;
  }
  return durations;
}

function rowsAre(page, size) {
  return page.waitForFunction(
    (rows) => document.querySelector("[role=grid]")?.getAttribute("aria-rowcount") === String(rows + 1),
    size,
    { polling: "raf" },
  );
}

/** One task and copies of it. */
async function fill(mock, size) {
  await submit(mock);
  const snapshot = mock.snapshot();
  const [task] = snapshot.tasks;
  const copies = Array.from({ length: size }, (_, index) => ({ ...task, id: String(BigInt(task.id) + BigInt(index)) }));
  mock.restore({ ...snapshot, idSequence: snapshot.idSequence + size, tasks: copies });
}

async function submit(mock) {
  const body = JSON.stringify({ model_name: "kling-v2-6", prompt: "A boat on a lake" });
  const headers = { authorization: "Bearer k" };
  await mock.fetch("https://mock.klingkit.invalid/kling/v1/videos/text2video", { method: "POST", headers, body });
}
