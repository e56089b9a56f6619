import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { axeProblems } from "../browser/axe.js";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import {
  htmlOf,
  inLanes,
  LiveExample,
  type Look,
  looks,
  siteFolder,
  sitePages,
  sweeping,
  useSite,
  watchPages,
} from "./site.js";

/** Budgets of scripts in bytes, gzip: before an example is run, and what running it adds without editor and renderer. */
const budget = { page: 60_000, runner: 200_000 };
const site = useSite();

describe("the site's files", () => {
  it("link only to pages, parts of pages and files that exist", () => {
    const pages = new Map(sitePages().map((page) => [page, htmlOf(page)]));
    const dead = [...pages].flatMap(([page, html]) =>
      addressesIn(html)
        .filter((address) => !exists(address, page, pages))
        .map((address) => `${page} → ${address}`),
    );
    expect(pages.size).toBeGreaterThan(5);
    expect(dead).toEqual([]);
  });

  it("have no id twice on a page: a link, or the label of a field, would lead to the first of the two", () => {
    const double = sitePages().flatMap((page) => {
      const ids = [...withoutProperties(htmlOf(page)).matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
      return ids.filter((id, place) => ids.indexOf(id) < place).map((id) => `${page}#${id}`);
    });
    expect(double).toEqual([]);
  });

  it("name every style sheet in their head, so that nothing is drawn without its style", () => {
    const late = sitePages().filter((page) => /<body[\s\S]*<link rel="stylesheet"/.test(htmlOf(page)));
    expect(late).toEqual([]);
  });

  it("have a policy on every page: no eval, no inline script but by its hash", () => {
    for (const page of sitePages()) {
      const [, policy = ""] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)">/.exec(htmlOf(page)) ?? [];
      const [scripts = ""] = policy.split("; ").filter((directive) => directive.startsWith("script-src"));
      expect(policy.split("; ")[0], page).toBe("default-src 'none'");
      expect(scripts, page).toMatch(/^script-src 'self' 'wasm-unsafe-eval'( 'sha256-[\w+/=]+')*$/);
    }
  });
});

describe.skipIf(skipWithoutChromium).concurrent(`every page${chromiumNote}`, () => {
  it.each(looks)(
    "is sound in $colorScheme at $viewport.width pixels",
    async (look) => {
      const context = await site.browser.newContext(look);
      const problems = await watchPages(context, site);
      const judged = pagesOfEveryKind();
      const pages: Page[] = await Promise.all([context.newPage(), context.newPage()]);
      // A page that stands still and fits in one look does in the other, unless it is of another kind.
      await inLanes(look === looks[0] || sweeping ? sitePages() : judged, pages.length, async (address) => {
        const page = pages.shift() ?? (await context.newPage());
        const scripts = await countScripts(page, () => page.goto(site.url + address, { waitUntil: "load" }));
        expect(scripts, address).toBeLessThanOrEqual(budget.page);
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        if (wider > 0) problems.push(`${address} is ${wider} pixels wider than the window`);
        if (judged.includes(address)) problems.push(...(await accessProblems(page, address, look)));
        pages.push(page);
      });
      await context.close();
      expect(problems).toEqual([]);
    },
    sweeping ? 1_800_000 : 600_000,
  );

  it("runs an example with little, and loads the renderer with the first result only", async () => {
    const context = await site.browser.newContext();
    const page = await context.newPage();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(new URL(request.url()).pathname));
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await example.root.getByRole("button", { name: "freeze" }).click();
    const opening = await countScripts(page, async () => {
      await example.run();
      await example.root.locator(".strip[data-status=submitted]").waitFor();
    });
    expect(opening).toBeGreaterThan(100_000);
    expect(opening).toBeLessThanOrEqual(budget.runner);
    expect(loaded).not.toContain("/live/render-worker.js");
    await example.root.getByRole("button", { name: "unfreeze" }).click();
    await example.videoPlays();
    expect(loaded).toContain("/live/render-worker.js");
    expect(loaded).not.toContain("/live/h264-mp4-encoder.web.js");
    await context.close();
  });
});

/** Bytes of script, gzip, that the page asks for while something is done. Of the files: the browser does not keep bodies. */
async function countScripts(page: Page, action: () => Promise<unknown>): Promise<number> {
  const files: string[] = [];
  const listen = (response: Awaited<ReturnType<Page["waitForResponse"]>>) => {
    const { pathname } = new URL(response.url());
    if (pathname.endsWith(".js")) files.push(path.join(siteFolder, decodeURIComponent(pathname)));
  };
  page.on("response", listen);
  await action();
  page.off("response", listen);
  return files.reduce((sum, file) => sum + gzipped(file), 0);
}

const sizes = new Map<string, number>();

function gzipped(file: string): number {
  const size = sizes.get(file) ?? gzipSync(readFileSync(file)).length;
  sizes.set(file, size);
  return size;
}

/**
 * The fewest pages that together have every kind of element on the site: axe takes a second a page, and finds nothing new
 * in what it has judged elsewhere. Colours, which hang on the theme too, are judged in each look.
 */
function pagesOfEveryKind(): string[] {
  if (sweeping) return sitePages();
  const left = new Map(sitePages().map((page) => [page, kindsOf(htmlOf(page))]));
  const missing = new Set([...left.values()].flatMap((kinds) => [...kinds]));
  const taken: string[] = [];
  while (missing.size > 0) {
    const [[page, kinds] = ["", new Set<string>()]] = [...left].sort(
      ([, one], [, other]) => countOf(other, missing) - countOf(one, missing),
    );
    taken.push(page);
    left.delete(page);
    for (const kind of kinds) missing.delete(kind);
  }
  return taken;
}

function countOf(kinds: ReadonlySet<string>, wanted: ReadonlySet<string>): number {
  return [...kinds].filter((kind) => wanted.has(kind)).length;
}

/** A page without the properties of its islands: they hold code, which may look like tags. */
function withoutProperties(html: string): string {
  return html.replaceAll(/<astro-island\b(?:[^">]|"[^"]*")*>/g, "");
}

/** Tags with their classes, and with the names of the attributes that say what they are to a screen reader. */
function kindsOf(html: string): Set<string> {
  const withoutCode = withoutProperties(html).replaceAll(/<(script|style)\b[\s\S]*?<\/\1>/g, "");
  const tags = withoutCode.matchAll(/<([a-z][\w-]*)((?:\s[^<>]*)?)>/g);
  return new Set(
    Array.from(tags, ([, tag = "", attributes = ""]) => {
      const [, classes = ""] = /\sclass="([^"]*)"/.exec(attributes) ?? [];
      const roles = attributes.match(/\s(?:role="[^"]*"|aria-[\w-]+|alt|type="[^"]*"|tabindex|for)/g) ?? [];
      return [tag, ...classes.split(/\s+/).filter((name) => !/\d|^astro-/.test(name)), ...roles].join(" ");
    }),
  );
}

/** What axe finds on a page. */
async function accessProblems(page: Page, address: string, look: Look): Promise<string[]> {
  // Code that overflows is made reachable by keyboard once the browser is idle.
  await page.waitForFunction(() =>
    [...document.querySelectorAll("pre")].every(
      (pre) => !pre.checkVisibility() || pre.scrollWidth <= pre.clientWidth || pre.tabIndex === 0,
    ),
  );
  const found = await axeProblems(page, { everyText: sweeping, onlyColours: !sweeping && look !== looks[0] });
  return found.map((problem) => `${address}: ${problem}`);
}

/** Addresses within the site that a page names. */
function addressesIn(html: string): string[] {
  const withoutCode = html.replaceAll(/<(pre|code|script|astro-island)\b[\s\S]*?>[\s\S]*?<\/\1>/g, "");
  const found = [...withoutCode.matchAll(/\s(?:href|src)="([^"]+)"/g)].map(([, address = ""]) => address);
  return [...new Set(found)].filter((address) => !/^(https?|data|mailto):/.test(address));
}

function exists(address: string, page: string, pages: ReadonlyMap<string, string>): boolean {
  const { pathname, hash } = new URL(address.replaceAll("&amp;", "&"), `http://site.invalid${page}`);
  const html = pages.get(pathname);
  if (html === undefined) return isFile(pathname);
  // The playground's samples stand in its address.
  return hash === "" || hash.startsWith("#code=") || new RegExp(`\\sid="${hash.slice(1)}"`).test(html);
}

function isFile(pathname: string): boolean {
  try {
    return readFileSync(path.join(siteFolder, decodeURIComponent(pathname))).length > 0;
  } catch {
    return false;
  }
}
