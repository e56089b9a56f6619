import { type MockServer, type MockServerOptions, startMockServer } from "@klingkit/mock-server/node";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { patience } from "./chromium.js";

/** A studio in a browser, with the simulator it shows. */
export interface OpenStudio extends AsyncDisposable {
  readonly server: MockServer;
  readonly page: Page;
}

/**
 * Starts a simulator and opens its studio. Once it is closed, nothing may have been asked of anybody else, and nothing
 * may have gone wrong in the page.
 */
export async function openStudio(
  browser: Browser,
  options: { readonly mock?: MockServerOptions; readonly page?: BrowserContextOptions } = {},
): Promise<OpenStudio> {
  const server = await startMockServer({ port: 0, render: "none", ...options.mock });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options.page });
  const page = await context.newPage();
  const strangers: string[] = [];
  const problems: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(`${server.url}/__mock/`)) strangers.push(request.url());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) problems.push(message.text());
  });
  page.setDefaultTimeout(patience);
  await page.goto(`${server.url}/__mock/studio`);
  await page.locator(".ks-live").waitFor();
  return {
    server,
    page,
    async [Symbol.asyncDispose]() {
      await context.close();
      await server.close();
      expect({ strangers, problems }).toEqual({ strangers: [], problems: [] });
    },
  };
}

/** Submits to a simulator over HTTP. */
export async function submit(
  { url }: MockServer,
  body: Readonly<Record<string, unknown>> = {},
  ...[prefer, family = "text2video"]: [prefer?: string | undefined, family?: string]
): Promise<Response> {
  return fetch(`${url}/kling/v1/videos/${family}`, {
    method: "POST",
    headers: { authorization: "Bearer k", ...(prefer === undefined ? {} : { prefer }) },
    body: JSON.stringify({ model_name: "kling-v2-6", prompt: "A boat on a lake", ...body }),
  });
}

/** Very many tasks at once: one, and copies of it. The clock stands still. */
export async function restoreMany(server: MockServer, amount: number): Promise<void> {
  await submit(server);
  server.mock.clock.freeze();
  const snapshot = server.mock.snapshot();
  const tasks = snapshot.tasks.flatMap((task) =>
    Array.from({ length: amount }, (_, index) => ({
      ...task,
      id: String(BigInt(task.id) + BigInt(index)),
      request: { ...task.request, prompt: `Boat ${index} of ${amount}` },
    })),
  );
  server.mock.restore({ ...snapshot, tasks });
}

/** Counts how often the page was laid out so far. */
export async function counterOfLayouts(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return async () => {
    const { metrics } = await session.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "LayoutCount")?.value ?? Number.NaN;
  };
}

/** Many tasks, one after the other, in the simulator's own process. */
export async function submitMany({ mock }: MockServer, amount: number): Promise<void> {
  for (let index = 0; index < amount; index += 1) {
    await mock.handle({
      method: "POST",
      path: "/kling/v1/videos/text2video",
      query: new URLSearchParams(),
      headers: { authorization: "Bearer k" },
      body: JSON.stringify({ model_name: "kling-v2-6", prompt: `Boat ${index} of ${amount}` }),
      origin: "http://127.0.0.1",
    });
  }
}

/** The row of a grid that holds a text. */
export function rowWith(page: Page, text: string | RegExp) {
  return page.getByRole("row").filter({ hasText: text });
}

/** Opens one of the studio's parts. */
export async function openPart(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name }).click();
}
