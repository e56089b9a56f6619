import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { inLanes, type Look, looks, sitePages, sweeping, useSite, watchPages } from "./site.js";

/** What may come late, by the end of its address. Only a page itself comes piece by piece. */
const late = {
  "its style sheets": /\.css$/,
  "its fonts": /\.woff2$/,
  "its scripts": /\.js$/,
  "its pictures": /\.(jpeg|svg)$/,
  "the rest of it": /\/$/,
  "all of it": /./,
} as const;
type Late = keyof typeof late;
const kinds = Object.keys(late) as Late[];

/** Of the richest page each thing that may come late by itself, and pages of other kinds of which all of it does. */
const others = ["/", "/concepts/task-life/", "/studio/", "/reference/models/", "/reference/http/image2video/"];
const pagesOfWhichAll = sweeping ? sitePages().filter((path) => path.endsWith("/")) : others;
const visits = [
  ...kinds.map((what) => ({ path: "/quick-start/", what })),
  ...pagesOfWhichAll.map((path) => ({ path, what: "all of it" as const })),
];
const pagesAtOnce = 4;
/** Longer than the browser waits for a font or for anything else before it draws. */
const heldMs = 300;
/** Half a hundredth: a button that lies elsewhere by a part of a pixel is no shift that anybody sees. */
const leastSeen = 0.005;
/** A page is sent in so many pieces, each of which can be drawn before the next one comes. */
const pieces = 16;
const betweenMs = 50;

const site = useSite();
let slowSites: Readonly<Record<string, SlowSite>>;

beforeAll(async () => {
  if (skipWithoutChromium) return;
  slowSites = Object.fromEntries(await Promise.all(kinds.map(async (what) => [what, await serveSlowly(late[what])])));
});
afterAll(() => {
  for (const { server } of Object.values(slowSites ?? {})) server.close();
});

describe.skipIf(skipWithoutChromium)(`a page${chromiumNote}`, () => {
  it.each(looks)(
    "does not move, whatever of it comes late, in $colorScheme at $viewport.width pixels",
    async (look) => {
      const moved: Record<string, string[]> = {};
      await inLanes(visits, pagesAtOnce, async ({ path, what }) => {
        const problems = await problemsOf(path, what, look);
        if (problems.length > 0) moved[`${what} of ${path}`] = problems;
      });
      expect(moved).toEqual({});
      for (const what of kinds) expect(slowSites[what]?.held, what).toBeGreaterThan(0);
    },
    sweeping ? 600_000 : 60_000,
  );
});

/** What is wrong on a page of which something comes late, until everything is there and has been drawn. */
async function problemsOf(path: string, what: Late, look: Look): Promise<string[]> {
  const { url } = slowSites[what] as SlowSite;
  const context = await site.browser.newContext(look);
  const problems = await watchPages(context, { url }, leastSeen);
  const page = await context.newPage();
  await page.goto(url + path, { waitUntil: "networkidle" });
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await context.close();
  return problems;
}

interface SlowSite {
  readonly server: Server;
  readonly url: string;
  /** How many answers were held back. */
  readonly held: number;
}

/** The site again, of which some answers come late, and pages piece by piece. */
async function serveSlowly(late: RegExp): Promise<SlowSite> {
  let held = 0;
  const server = createServer(async (request, response) => {
    const path = request.url ?? "/";
    const slow = late.test(path);
    held += slow ? 1 : 0;
    const answer = await fetch(site.url + path);
    const bytes = Buffer.from(await answer.arrayBuffer());
    const type = answer.headers.get("content-type") ?? "";
    if (slow && !type.includes("html")) await delay(heldMs);
    response.writeHead(answer.status, { "content-type": type, "cache-control": "no-store" });
    if (slow && type.includes("html")) {
      const size = Math.ceil(bytes.length / pieces);
      for (let start = 0; start < bytes.length; start += size) {
        response.write(bytes.subarray(start, start + size));
        await delay(betweenMs);
      }
      response.end();
    } else response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    server,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get held() {
      return held;
    },
  };
}
