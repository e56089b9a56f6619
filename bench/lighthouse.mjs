// Lighthouse on the built site: performance at least 95, accessibility and best practices 100, on each page that is named.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { serveSite } from "../apps/docs/scripts/serve.mjs";

const pages = process.argv.length > 2 ? process.argv.slice(2) : ["/", "/quick-start/", "/concepts/exactly-once/"];
const least = { performance: 95, accessibility: 100, "best-practices": 100 };
const docs = path.resolve(import.meta.dirname, "../apps/docs");

const { status } = spawnSync(process.execPath, [path.join(docs, "scripts/build.mjs")], { stdio: "ignore" });
if (status !== 0) throw new Error("The site can't be built; `npm run docs` says why.");
const site = await serveSite(path.join(docs, "dist"), 0);
const chromePath = [process.env.CHROMIUM_PATH, "/usr/bin/chromium"].find((file) => file && existsSync(file));
const chrome = await launch({ chromePath, chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu"] });
try {
  const rows = [];
  for (const page of pages) rows.push(await measure(page));
  console.table(Object.fromEntries(rows));
  if (rows.some(([, row]) => Object.entries(least).some(([name, score]) => row[name] < score))) process.exitCode = 1;
} finally {
  chrome.kill();
  site.close();
}

/** Scores from 0 to 100, and what the reader waits for, in milliseconds. */
async function measure(page) {
  const options = { port: chrome.port, onlyCategories: Object.keys(least), logLevel: "error" };
  const { lhr } = await lighthouse(site.url + page, options);
  const scores = Object.keys(least).map((name) => [name, Math.round(lhr.categories[name].score * 100)]);
  const paint = Math.round(lhr.audits["largest-contentful-paint"].numericValue);
  const blocked = Math.round(lhr.audits["total-blocking-time"].numericValue);
  return [page, { ...Object.fromEntries(scores), "largest paint": paint, blocked }];
}
