import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, useSite } from "./site.js";

const rocket = readFileSync(new URL("../../examples/rocket.jpg", import.meta.url));
const start = `import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";
const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
`;

const site = useSite();

describe.skipIf(skipWithoutChromium).concurrent(`a live example${chromiumNote}`, () => {
  it("runs what was edited", async () => {
    await using opened = await open();
    await opened.example.write('const sum: number = 6 * 7;\nconsole.log("it is", { sum });');
    await opened.example.run();
    await opened.example.end();
    expect(await opened.example.text(".log")).toContain("it is { sum: 42 }");
  });

  it.each([
    ["cannot be read", "const fine = 1;\nconst broken = ;\n", 2, "Unexpected token"],
    ["throws", "const fine = 1;\n\nthrow new Error('stop here');\n", 3, "stop here"],
    ["awaits something that fails", `${start}await kling.image2video.get("");\n`, 6, "InputError"],
    ["imports what is not there", 'import fs from "node:fs";\nconsole.log(fs);\n', 1, '"node:fs"'],
  ])("shows under its line what went wrong in code that %s", async (_, code, line, message) => {
    await using opened = await open();
    await opened.example.write(code);
    await opened.example.run();
    await opened.example.end();
    expect(await opened.example.text(".live-status")).toContain(`line ${line}: `);
    const problem = opened.example.root.locator(".problem");
    expect(await problem.textContent()).toContain(message);
    const above = problem.locator("xpath=preceding-sibling::*[1]");
    expect(await above.textContent()).toBe(code.split("\n")[line - 1]);
  });

  it("ends an endless loop, and runs again after it", async () => {
    await using opened = await open();
    await opened.example.write("for (;;);");
    await opened.example.run();
    await opened.example.end();
    expect(await opened.example.failure()).toBe("endless-loop");
    await opened.example.write('console.log("alive");');
    await opened.example.run();
    await opened.example.end();
    expect(await opened.example.text(".log")).toContain("alive");
  });

  it("makes the video from the reader's own picture", async () => {
    await using opened = await open();
    const { example } = opened;
    await drop(opened.page, rocket, "rocket.jpg");
    await example.run();
    await example.videoPlays();
    expect(await differenceOfFirstFrame(opened.page, rocket)).toBeLessThan(12);
  });

  it("says so where the file is no picture, and keeps the picture it had", async () => {
    await using opened = await open();
    await drop(opened.page, Buffer.from("no picture at all"), "notes.txt");
    await opened.example.root.getByText("not a picture").waitFor();
    expect(await opened.example.root.locator(".live-frame img").getAttribute("src")).toContain("coffee");
  });

  it("reads a picture before it takes it: a file with a picture's name may be none, and all of that is said", async () => {
    await using opened = await open();
    const { page, example } = opened;
    await page.setViewportSize({ width: 390, height: 844 });
    await drop(page, Buffer.from("no picture at all"), "broken.jpg");
    const problem = example.root.getByRole("alert");
    await problem.getByText("not a picture").waitFor();
    expect(await problem.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBe(0);
    expect(await example.root.locator(".live-frame img").getAttribute("src")).toContain("coffee");
  });

  it("stands still while time is frozen, and moves as far as time is pushed", async () => {
    await using opened = await open();
    const { example } = opened;
    await example.root.getByRole("button", { name: "freeze" }).click();
    await example.run();
    const status = example.root.locator(".strip[data-status=submitted]");
    await status.waitFor();
    await example.root.locator(".log-count", { hasText: /×[3-9]/ }).waitFor();
    expect(await status.count()).toBe(1);
    expect(await example.text(".elapsed")).toBe("0.0 s");
    await example.root.getByRole("button", { name: "+1 s" }).click();
    await example.root.getByText("1.0 s", { exact: true }).waitFor();
    for (const _ of [1, 2, 3]) await example.root.getByRole("button", { name: "+1 s" }).click();
    await example.end();
    expect(await example.text(".elapsed")).toBe("4.0 s");
    await example.root.locator(".strip[data-status=succeed]").waitFor();
  });

  it("lets simulated time run faster than real time", async () => {
    await using opened = await open();
    const { example } = opened;
    await example.root.getByLabel("time", { exact: true }).selectOption("20");
    const began = await opened.page.evaluate(() => performance.now());
    await example.run();
    await example.end();
    const real = (await opened.page.evaluate(() => performance.now())) - began;
    const simulated = Number.parseFloat(await example.text(".elapsed")) * 1000;
    expect(simulated).toBeGreaterThan(real * 1.5);
  });

  it.each([
    ["lost-answer", "", "looked the task up and found it", "1.5 units charged"],
    ["slow-down", "", "tries again", "1.5 units charged"],
    ["bad-query", "", "", "1.5 units charged"],
    ["no-credit", "balance-not-enough", "429", "0 units charged"],
    ["risk-control", "task-failed-risk-control", "POST", "0 units charged"],
  ])("shows what becomes of the fault %s", async (fault, failure, logged, charged) => {
    await using opened = await open();
    const { example } = opened;
    await example.root.locator("select.fault").selectOption(fault);
    await example.run();
    await example.end();
    expect(await example.failure()).toBe(failure);
    expect(await example.text(".log")).toContain(logged);
    expect(await example.text(".ledger")).toContain(charged);
    expect(await example.text(".ledger")).not.toMatch(/\d duplicate/);
  });

  it("shows HTML in prompts, answers, errors and file names as text", async () => {
    await using opened = await open();
    const { example, page } = opened;
    const html = '<img src=x onerror="document.title=1"><b>bold</b>';
    await drop(page, rocket, `${html}.jpg`);
    await example.root.locator(".live-frame-name").getByText(html).waitFor();
    // Frozen, so that no busy machine lets the task succeed before it is failed.
    await example.write(`${start}mock.clock.freeze();
console.log(${JSON.stringify(html)});
const task = await kling.image2video.submit({ image: picture, prompt: ${JSON.stringify(html)}, model_name: "kling-v2-6" });
mock.tasks.fail(task.task_id, ${JSON.stringify(html)});
await kling.image2video.wait(task);`);
    await example.run();
    await example.end();
    await example.root.locator("summary").first().click();
    expect(await example.text(".log")).toContain(html);
    expect(await example.text(".strip")).toContain(html);
    expect(await example.text(".live-status")).toContain(html);
    expect(await example.root.locator("b").count()).toBe(0);
    expect(await example.root.locator("img[src=x]").count()).toBe(0);
    expect(await page.title()).not.toBe("1");
  });
});

interface Opened extends AsyncDisposable {
  readonly page: Page;
  readonly example: LiveExample;
}

async function open(): Promise<Opened> {
  const page = await site.browser.newPage({ reducedMotion: "no-preference" });
  const example = await LiveExample.open(page, `${site.url}/quick-start/`);
  return { page, example, [Symbol.asyncDispose]: () => page.close() };
}

/** Drops a file on the large frame. */
async function drop(page: Page, bytes: Uint8Array, name: string): Promise<void> {
  const data = await page.evaluateHandle(
    ([base64, fileName]) => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const type = fileName.endsWith(".jpg") ? "image/jpeg" : "text/plain";
      transfer.items.add(new File([content], fileName, { type }));
      return transfer;
    },
    [Buffer.from(bytes).toString("base64"), name] as const,
  );
  await page.locator(".live-frame").first().dispatchEvent("drop", { dataTransfer: data });
}

/** Mean difference of a channel, 0 to 255, between the video's first frame and a picture, at 32 × 21 cells. */
function differenceOfFirstFrame(page: Page, picture: Uint8Array): Promise<number> {
  return page.evaluate(async (base64) => {
    const cells = async (source: CanvasImageSource): Promise<Uint8ClampedArray> => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 21 });
      const context = canvas.getContext("2d", { willReadFrequently: true });
      if (!context) throw new Error("no canvas");
      context.imageSmoothingQuality = "high";
      context.drawImage(source, 0, 0, 32, 21);
      return context.getImageData(0, 0, 32, 21).data;
    };
    const video = document.querySelector("video");
    if (!video) throw new Error("no video");
    video.pause();
    const shown = new Promise<unknown>((resolve) => video.requestVideoFrameCallback(resolve));
    video.currentTime = 0;
    await shown;
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const expected = await cells(await createImageBitmap(new Blob([bytes], { type: "image/jpeg" })));
    const actual = await cells(video);
    return actual.reduce((sum, value, index) => sum + Math.abs(value - (expected[index] ?? 0)), 0) / actual.length;
  }, Buffer.from(picture).toString("base64"));
}
