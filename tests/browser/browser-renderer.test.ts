import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BundledPage, serveBundledPage } from "./bundled-page.js";
import { chromiumNote, launchChromium, skipWithoutChromium } from "./chromium.js";
import { difference, playInPage } from "./playback.js";

const coffee = new URL("../../examples/coffee.png", import.meta.url);
const mockServer = createRequire(new URL("../../packages/mock-server/package.json", import.meta.url));
const library = mockServer.resolve("h264-mp4-encoder").replace(/node\.js$/, "web.js");

/** What is tried in the page. */
interface Job {
  readonly kind: "render" | "renderPicture";
  readonly image?: "coffee" | "damaged";
  readonly seed?: string;
  readonly seconds?: number;
  /** Takes the browser's own encoder away. */
  readonly withoutWebCodecs?: boolean;
  /** Offers the library instead. */
  readonly withLibrary?: boolean;
}

interface Outcome {
  readonly url: string;
  readonly digest: string;
  readonly failure: string;
  readonly libraryLoaded: boolean;
}

let served: BundledPage;
let browser: Browser | undefined;

beforeAll(async () => {
  if (skipWithoutChromium) return;
  served = await serveBundledPage('export * from "@klingkit/mock-server/browser";', {
    "/library.js": readFileSync(library),
    "/coffee.png": readFileSync(coffee),
  });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  served?.close();
});

describe.skipIf(skipWithoutChromium)(`the renderer for browsers${chromiumNote}`, () => {
  it("makes a video that plays, can be sought and begins with the picture; equal requests give equal bytes", async () => {
    await using page = await openPage();
    const job: Job = { kind: "render", image: "coffee" };
    const first = await carryOut(page, job);
    expect(first).toMatchObject({ failure: "", libraryLoaded: false });
    expect((await carryOut(page, job)).digest).toBe(first.digest);
    const { duration, width, height, pictures } = await page.evaluate(playInPage, [
      first.url,
      [0.01, 2.5, 4.9],
    ] as const);
    expect(duration).toBeCloseTo(5, 2);
    expect([width, height]).toEqual([640, 426]);
    const [start = [], middle = [], end = []] = pictures;
    expect(difference(start, await greyOf(page, "/coffee.png"))).toBeLessThan(6);
    expect(difference(start, middle)).toBeGreaterThan(3);
    expect(difference(middle, end)).toBeGreaterThan(3);
  });

  it("makes a video from the seed alone, another for another seed", async () => {
    await using page = await openPage();
    const [one, other] = [
      await carryOut(page, { kind: "render", seconds: 1 }),
      await carryOut(page, { kind: "render", seconds: 1, seed: "other" }),
    ];
    expect(one.failure).toBe("");
    expect(one.digest).not.toBe(other.digest);
  });

  it("loads the library where the browser has no encoder, and only there", async () => {
    await using page = await openPage();
    const request: Job = { kind: "render", image: "coffee", seconds: 1, withLibrary: true };
    expect(await carryOut(page, request)).toMatchObject({ failure: "", libraryLoaded: false });
    const spare = await carryOut(page, { ...request, withoutWebCodecs: true });
    expect(spare).toMatchObject({ failure: "", libraryLoaded: true });
    const { duration, pictures } = await page.evaluate(playInPage, [spare.url, [0.01]] as const);
    expect(duration).toBeCloseTo(1, 2);
    expect(difference(pictures[0] ?? [], await greyOf(page, "/coffee.png"))).toBeLessThan(6);
  });

  it("says what is missing where there is neither", async () => {
    await using page = await openPage();
    const { failure } = await carryOut(page, { kind: "render", seconds: 1, withoutWebCodecs: true });
    expect(failure).toBe("Error: This browser has no H.264 encoder; give the renderer one by `loadEncoder`.");
  });

  it("makes pictures that look like the submitted one, and are not it", async () => {
    await using page = await openPage();
    const { url, failure } = await carryOut(page, { kind: "renderPicture", image: "coffee" });
    expect(failure).toBe("");
    const apart = difference(await greyOf(page, url), await greyOf(page, "/coffee.png"));
    expect(apart).toBeGreaterThan(1);
    expect(apart).toBeLessThan(40);
  });

  it("says that a damaged picture can't be decoded", async () => {
    await using page = await openPage();
    const { failure } = await carryOut(page, { kind: "render", image: "damaged" });
    expect(failure).toMatch(/^PictureDecodeError: The PNG is damaged/);
  });
});

type OpenPage = Page & AsyncDisposable;

async function openPage(): Promise<OpenPage> {
  if (!browser) throw new Error("The browser is not running.");
  const page = await browser.newPage();
  await page.goto(served.url);
  return Object.assign(page, { [Symbol.asyncDispose]: () => page.close() });
}

/** Brightness of a picture in 32 × 18 cells. */
function greyOf(page: Page, url: string): Promise<number[]> {
  return page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 18 });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context?.drawImage(image, 0, 0, 32, 18);
    const pixels = context?.getImageData(0, 0, 32, 18).data ?? [];
    return Array.from({ length: 32 * 18 }, (_, cell) => pixels[cell * 4 + 1] ?? 0);
  }, url);
}

function carryOut(page: Page, job: Job): Promise<Outcome> {
  return page.evaluate(workInPage, job);
}

/** Runs in the page. */
const workInPage = async (job: Job): Promise<Outcome> => {
  interface Library {
    createH264MP4Encoder(): Promise<never>;
  }
  const global = globalThis as unknown as { klingkit: typeof import("@klingkit/mock-server/browser"); HME?: Library };
  if (job.withoutWebCodecs) Reflect.deleteProperty(globalThis, "VideoEncoder");
  let libraryLoaded = false;
  const loadEncoder = async (): Promise<never> => {
    libraryLoaded = true;
    const script = Object.assign(document.createElement("script"), { src: "/library.js" });
    const loaded = new Promise((resolve) => script.addEventListener("load", resolve));
    document.head.append(script);
    await loaded;
    if (!global.HME) throw new Error("The library did not load.");
    return global.HME.createH264MP4Encoder();
  };
  const renderer = global.klingkit.createBrowserRenderer(job.withLibrary ? { loadEncoder } : {});
  const picture = job.image ? new Uint8Array(await (await fetch("/coffee.png")).arrayBuffer()) : undefined;
  const image = job.image === "damaged" ? picture?.subarray(0, 400) : picture;
  const size = { seed: job.seed ?? "seed", longSide: 640, watermark: false, ...(image ? { image } : {}) };
  try {
    const bytes = await renderer[job.kind]({ ...size, durationSeconds: job.seconds ?? 5, framesPerSecond: 24 });
    const content = bytes as Uint8Array<ArrayBuffer>;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    const type = job.kind === "render" ? "video/mp4" : "image/png";
    return {
      url: URL.createObjectURL(new Blob([content], { type })),
      digest: digest.join(),
      failure: "",
      libraryLoaded,
    };
  } catch (error) {
    return { url: "", digest: "", failure: String(error), libraryLoaded };
  }
};
