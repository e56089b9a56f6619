import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { serveSite } from "../../apps/docs/scripts/serve.mjs";
import { builtFile } from "../../scripts/freshness.mjs";
import { launchChromium, patience, skipWithoutChromium } from "../browser/chromium.js";

export const siteFolder = builtFile("apps/docs", "dist", "build:site");

/** The built site, served on loopback, and a browser to visit it with. */
export interface Site {
  readonly url: string;
  readonly browser: Browser;
}

/** Whether everything is tried on every page in every look, which takes minutes: `npm run bench -- site-sweep`. */
export const sweeping = process.env.KLINGKIT_SITE_SWEEP === "1";

export interface Look {
  readonly colorScheme: "light" | "dark";
  readonly viewport: { readonly width: number; readonly height: number };
}

const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const wall = { width: 1920, height: 1080 };

/** The looks that pages are visited in: each theme and each width once. */
export const looks: readonly Look[] = sweeping
  ? [phone, desk, wall].flatMap((viewport) => [
      { colorScheme: "light", viewport },
      { colorScheme: "dark", viewport },
    ])
  : [
      { colorScheme: "light", viewport: phone },
      { colorScheme: "dark", viewport: desk },
    ];

/** Works through a list, several at a time: what one waits for, another has the processor for. */
export async function inLanes<Item>(
  items: readonly Item[],
  lanes: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/**
 * The site and a browser for the tests of a file; not there while tests are collected, nor where there is no Chromium.
 * @param onRequest told of every request's path
 */
export function useSite(onRequest?: (path: string) => void): Site {
  const server = useServer(onRequest);
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!skipWithoutChromium) browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  return {
    get url() {
      return server.url;
    },
    get browser() {
      return started(browser);
    },
  };
}

/** The site for the tests of a file, without a browser. */
export function useServer(onRequest?: (path: string) => void): Pick<Site, "url"> {
  let server: Awaited<ReturnType<typeof serveSite>> | undefined;
  beforeAll(async () => {
    server = await serveSite(siteFolder, 0, onRequest);
  });
  afterAll(() => server?.close());
  return {
    get url() {
      return started(server).url;
    },
  };
}

function started<Thing>(thing: Thing | undefined): Thing {
  if (thing === undefined) throw new Error("The site is there only while a test runs.");
  return thing;
}

/** Every page by its path, `/404.html` too. */
export function sitePages(): string[] {
  const files = readdirSync(siteFolder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".html") && !file.startsWith("live"))
    .map(
      (file) =>
        `/${file
          .split(path.sep)
          .join("/")
          .replace(/(^|\/)index\.html$/, "$1")}`,
    )
    .sort();
}

/** The pages with something to run: one in six. */
export function pagesWithExamples(): string[] {
  return sitePages().filter((page) => htmlOf(page).includes("data-example="));
}

/** A page as it was built. */
export function htmlOf(page: string): string {
  return readFileSync(path.join(siteFolder, page.endsWith("/") ? `${page}index.html` : page), "utf8");
}

/**
 * What is wrong on pages of a context: requests to elsewhere, errors, refusals of the policy, shifts of the layout.
 * @param mostShift what is let pass on one page; a hundredth is a tenth of what is called good
 */
export async function watchPages(
  context: BrowserContext,
  { url: origin }: Pick<Site, "url">,
  mostShift = 0.01,
): Promise<string[]> {
  context.setDefaultTimeout(patience);
  const problems: string[] = [];
  context.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !/^(blob|data):/.test(url)) problems.push(`a request to ${url}`);
  });
  context.on("weberror", (error) => problems.push(`an error: ${error.error().message}`));
  context.on("console", (message) => {
    if (message.type() === "error") problems.push(`the browser complains: ${message.text()}`);
  });
  await context.exposeFunction("reportProblem", (problem: string) => problems.push(problem));
  await context.addInitScript(observeShifts, mostShift);
  await context.addInitScript(observeReleases);
  return problems;
}

interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { readonly node: Node | null }[];
}

/** What runs in the page reports through this. */
interface Reporting {
  reportProblem?(problem: string): void;
}

/** Runs in the page. */
function observeShifts(most: number): void {
  const report = (globalThis as Reporting).reportProblem;
  // The sandbox has none.
  if (!report) return;
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
      // The search's placeholders give way to what was found.
      const isFound = sources.every(({ node }) => node instanceof Element && node.closest("dialog"));
      if (hadRecentInput || isFound) continue;
      sum += value;
      const moved = sources.map(({ node }) => (node instanceof Element ? node.outerHTML.slice(0, 60) : node?.nodeName));
      if (sum > most) report(`the layout shifts: ${location.pathname} by ${sum.toFixed(3)}: ${moved.join(" ")}`);
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/**
 * Runs in the page. A video reads its address on and off for as long as it lives, in the page or not: to release the
 * address before is a complaint of the browser's, now and then.
 */
function observeReleases(): void {
  const media = new Set<Element>();
  new MutationObserver(() => {
    for (const element of document.querySelectorAll("video, audio")) media.add(element);
  }).observe(document, { childList: true, subtree: true });
  const revoke = URL.revokeObjectURL;
  URL.revokeObjectURL = (url) => {
    const isRead = [...media].some((element) => element.getAttribute("src") === url);
    if (isRead) (globalThis as Reporting).reportProblem?.("an address is released that a video or a sound still reads");
    revoke.call(URL, url);
  };
}

/** A live example on a page. */
export class LiveExample {
  readonly root: Locator;
  readonly #page: Page;

  constructor(page: Page, root: Locator = page.locator(".live").first()) {
    this.#page = page;
    this.root = root;
  }

  static async open(page: Page, url: string): Promise<LiveExample> {
    await page.goto(url);
    const example = new LiveExample(page);
    await example.ready();
    return example;
  }

  async ready(): Promise<void> {
    await this.root.scrollIntoViewIfNeeded();
    await this.root.and(this.#page.locator("[data-ready]")).waitFor();
  }

  run(): Promise<void> {
    return this.root.locator("button.run-start").click();
  }

  /** Puts this code into the editor. */
  async write(code: string): Promise<void> {
    const editor = this.root.locator(".cm-content");
    if (!(await editor.isVisible())) await this.root.getByRole("button", { name: "Edit" }).click();
    await editor.fill(code);
  }

  async end(): Promise<void> {
    await this.root.and(this.#page.locator("[data-phase=finished]")).waitFor({ timeout: patience });
  }

  /** How it ended: "" or the code of its error. */
  async failure(): Promise<string> {
    return (await this.root.getAttribute("data-failure")) ?? "";
  }

  /** Waits until the result's video is at some later time than its start. */
  async videoPlays(): Promise<void> {
    const video = this.root.locator("video").first();
    await video.waitFor({ timeout: patience });
    await video.evaluate(
      (element: HTMLVideoElement) =>
        new Promise<void>((resolve, reject) => {
          element.onerror = () => reject(new Error(`the video failed: ${element.error?.message}`));
          const look = () => (element.currentTime > 0 ? resolve() : requestAnimationFrame(look));
          look();
        }),
    );
  }

  /** Waits until the result's sound can be played. */
  async audioLoads(): Promise<void> {
    await this.root
      .locator("audio")
      .first()
      .evaluate(
        (element: HTMLAudioElement) =>
          new Promise<void>((resolve, reject) => {
            element.onerror = () => reject(new Error(`the sound failed: ${element.error?.message}`));
            const look = () =>
              element.readyState >= element.HAVE_FUTURE_DATA ? resolve() : requestAnimationFrame(look);
            look();
          }),
      );
  }

  async text(part: ".log" | ".ledger" | ".live-status" | ".strip" | ".elapsed" | ".live-frame-name"): Promise<string> {
    return (await this.root.locator(part).textContent()) ?? "";
  }
}
