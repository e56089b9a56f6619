// From Run to a playing video: processor time of all of Chromium's processes, beside the same page standing still, for the
// first example of the quick start. The first run loads and starts everything; the second finds it there.
// Needs the built site and Chromium. Usage: npm run bench -- example-run [rounds]
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { chromium } from "playwright-core";
import { serveSite } from "../apps/docs/scripts/serve.mjs";
import { cpuSeconds } from "./support/processes.mjs";

const rounds = Number(process.argv[2] ?? 5);
const site = await serveSite(path.resolve(import.meta.dirname, "../apps/docs/dist"), 0);
const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium-headless-shell";
const rows = [];
for (let round = 0; round < rounds; round += 1) rows.push(...(await play(round)));
console.table(rows);
for (const run of ["first", "second"]) {
  const all = rows.filter((row) => row.run === run).map(({ cpu }) => cpu);
  console.log(`${run} run: ${middle(all)} s of processor time, the middle of ${all.length}; least ${Math.min(...all)}`);
}
site.close();

/** The example in a browser of its own, run twice. */
async function play(round) {
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${site.url}/quick-start/`);
  await page.locator(".live[data-ready]").first().waitFor();
  await delay(2_000);
  const still = await cost(() => delay(1_000));
  const played = [];
  for (const run of ["first", "second"]) {
    const { cpu, ...rest } = await cost(() => runToVideo(page));
    played.push({ round, run, ...rest, cpu, idle: still.cpu });
    await page
      .getByRole("button", { name: "Reset" })
      .click({ timeout: 1_000 })
      .catch(() => {});
    await delay(500);
  }
  await browser.close();
  return played;
}

/** In the page, so that asking it costs nothing. */
function runToVideo(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        document.querySelector("video")?.remove();
        document.querySelector("button.run-start").click();
        const look = () => {
          const video = document.querySelector(".live video");
          if (video && video.currentTime > 0) resolve(undefined);
          else setTimeout(look, 50);
        };
        look();
      }),
  );
}

/** Seconds of processor time by kind of process, and of the clock, that something takes. */
async function cost(action) {
  const before = secondsOfChromium();
  const start = performance.now();
  await action();
  const wall = (performance.now() - start) / 1_000;
  const after = secondsOfChromium();
  const kinds = {};
  for (const [pid, { kind, seconds }] of after)
    kinds[kind] = (kinds[kind] ?? 0) + seconds - (before.get(pid)?.seconds ?? 0);
  const rounded = Object.fromEntries(Object.entries(kinds).map(([kind, seconds]) => [kind, round2(seconds)]));
  return { ...rounded, cpu: round2(Object.values(kinds).reduce((sum, each) => sum + each, 0)), wall: round2(wall) };
}

/** This process's browser and all its processes, by id. */
function secondsOfChromium() {
  const parents = new Map();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      parents.set(pid, stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    } catch {
      // It has ended meanwhile.
    }
  }
  const isOurs = (pid) => pid === String(process.pid) || (parents.has(pid) && isOurs(parents.get(pid)));
  const ours = [...parents.keys()].filter((pid) => pid !== String(process.pid) && isOurs(pid));
  return new Map(ours.map((pid) => [pid, { kind: kindOf(pid), seconds: cpuSeconds({ pid }) ?? 0 }]));
}

function kindOf(pid) {
  try {
    return /--type=([\w-]+)/.exec(readFileSync(`/proc/${pid}/cmdline`, "latin1"))?.[1] ?? "browser";
  } catch {
    return "ended";
  }
}

function middle(numbers) {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function round2(value) {
  return Math.round(value * 100) / 100;
}
