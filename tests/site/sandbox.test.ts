import { describe, expect, it } from "vitest";
import { chromiumNote, skipWithoutChromium } from "../browser/chromium.js";
import { LiveExample, useSite } from "./site.js";

const asked: string[] = [];
const site = useSite((path) => asked.push(path));

/** What code might try, as expressions; each must be refused, or find nothing. */
const attempts: Readonly<Record<string, string>> = {
  "local storage": "localStorage.getItem('secret')",
  cookies: "document.cookie",
  databases:
    "await new Promise((done, fail) => { const open = indexedDB.open('x'); open.onsuccess = done; open.onerror = fail; })",
  "the page's cache": "await caches.open('x')",
  "the page": "parent.document.title",
  "a file of this site": "await fetch('ORIGIN/favicon.svg')",
  "another site": "await fetch('ELSEWHERE/')",
  "the old way to fetch":
    "await new Promise((done, fail) => { const ask = new XMLHttpRequest(); ask.onload = done; ask.onerror = fail; ask.open('GET', 'ORIGIN/'); ask.send(); })",
  "a socket":
    "await new Promise((done, fail) => { const socket = new WebSocket('wsORIGIN/'); socket.onopen = done; socket.onerror = fail; })",
  "an event stream":
    "await new Promise((done, fail) => { const stream = new EventSource('ORIGIN/'); stream.onopen = done; stream.onerror = fail; })",
  "a script of this site": "importScripts('ORIGIN/live/render-worker.js')",
  "a module of this site": "await import('ORIGIN/live/render-worker.js')",
};

describe.skipIf(skipWithoutChromium)(`the sandbox${chromiumNote}`, () => {
  it("lets edited code reach no storage, no page and no network, and asks nobody for anything", async () => {
    const context = await site.browser.newContext();
    await context.addCookies([{ name: "secret", value: "1", url: site.url }]);
    const page = await context.newPage();
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await page.evaluate(() => localStorage.setItem("secret", "1"));
    // Edited and run once, so that what it loads itself is not counted.
    await example.write('console.log("loaded");');
    await example.run();
    await example.end();
    asked.length = 0;
    await example.write(codeOfAttempts());
    await example.run();
    await example.end();
    const text = await example.text(".log");
    const results = Object.keys(attempts).map((name) => [name, text.includes(`${name}: refused`)]);
    expect(results).toEqual(Object.keys(attempts).map((name) => [name, true]));
    // The page may ask for the example's picture; nobody else has asked for anything.
    expect(asked.filter((path) => !path.includes("coffee"))).toEqual([]);
    await context.close();
  });

  it("has no origin: its frame can't read the page, its storage or its cookies", async () => {
    const page = await site.browser.newPage();
    const example = await LiveExample.open(page, `${site.url}/quick-start/`);
    await example.run();
    await example.end();
    const frame = page.frames().find((candidate) => candidate.url().endsWith("/live/sandbox.html"));
    const results = await frame?.evaluate(() => {
      const refused = (attempt: () => unknown) => {
        try {
          attempt();
          return false;
        } catch {
          return true;
        }
      };
      return {
        origin: self.origin,
        parent: refused(() => parent.document.title),
        storage: refused(() => localStorage.length),
        cookies: refused(() => document.cookie),
      };
    });
    expect(results).toEqual({ origin: "null", parent: true, storage: true, cookies: true });
    await page.close();
  });

  it("is the only place where text becomes code", async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/quick-start/`);
    // Not in the evaluation itself: there the browser lets its driver do what pages may not.
    const refused = await page.evaluate(
      () =>
        new Promise((resolve) => {
          setTimeout(() => {
            try {
              resolve(typeof new Function("return 1"));
            } catch (error) {
              resolve((error as Error).name);
            }
          });
        }),
    );
    expect(refused).toBe("EvalError");
    await page.close();
  });
});

/** Code that makes every attempt and says what came of it. */
function codeOfAttempts(): string {
  const lines = Object.entries(attempts).map(([name, expression]) => {
    const elsewhere = site.url.replace("127.0.0.1", "localhost");
    const code = expression
      .replaceAll("ELSEWHERE", elsewhere)
      .replaceAll("wsORIGIN", site.url.replace("http", "ws"))
      .replaceAll("ORIGIN", site.url);
    return `try { ${code}; console.log("${name}: reached"); } catch { console.log("${name}: refused"); }`;
  });
  return lines.join("\n");
}
