import { faults, type Mock } from "@klingkit/mock-server";
import { afterEach, describe, expect, it } from "vitest";
import { image2video, minimal } from "./helpers.js";
import { closeAll, hosts, type Reached } from "./hosts-kit.js";

afterEach(closeAll);

const path = image2video.cometapi;

/** What a caller sees of each fault, on every host unless it is said by host. */
const table: Readonly<Record<string, string | Readonly<Record<keyof typeof hosts, string>>>> = {
  "connection-refused": {
    fetch: "ECONNREFUSED",
    "node:http": "501 unsupported",
    express: "501 unsupported",
    msw: "501 unsupported",
  },
  "reset-before": onlyMsw("ECONNRESET", "network error"),
  "rate-limit": "429 JSON",
  "rate-limit-retry-after": "429 JSON, Retry-After 1",
  "invalid-request-500": "500 JSON",
  "redirect-html": "301 to / empty",
  "reset-after-accept": onlyMsw("ECONNRESET", "network error"),
  "accept-late": onlyMsw("ECONNRESET", "network error"),
  "lookup-lag": "200 JSON",
  "uniqueness-lag": "200 JSON",
  "no-uniqueness": "200 JSON",
  "short-page": "200 JSON",
  "other-task": "200 JSON",
  "rewritten-id": "200 JSON",
  "html-403": "403 HTML",
  "html-404": "404 HTML",
  "html-413": "413 HTML",
  "html-502": "502 HTML",
  "html-200": "200 HTML",
  "empty-body": "200 empty",
  "truncated-json": "200 text",
  "cut-body": "200 cut short",
  // In process nothing counts bytes: there a caller has to compare them with Content-Length.
  "wrong-length": {
    fetch: "200 JSON, half of what was promised",
    "node:http": "200 cut short",
    express: "200 cut short",
    msw: "200 JSON, half of what was promised",
  },
  "wrong-type": "200 JSON",
  "slow-drip": "200 JSON",
  "origin-timeout": "524 HTML",
  "silent-origin-timeout": "524 HTML",
  "code-in-200": "200 JSON",
  "code-around-succeed": "200 JSON",
  "bare-task": "200 JSON",
  "stored-task": "200 JSON",
  "stored-task-deep": "200 JSON",
};

/** How a fault can be asked for: in the header, in the prompt, by a queue for the next request, by chance. */
const ways: Readonly<Record<string, (words: string, mock: Mock) => RequestInit>> = {
  header: (prefer) => ({ headers: { prefer } }),
  prompt: (words) => ({ body: JSON.stringify({ ...minimal, prompt: `a cat [[${words}]]` }) }),
  queue: (prefer, mock) => {
    mock.rules.add({ prefer, times: 1 });
    return {};
  },
  // The first draw of seed 1 is below a half.
  chance: (prefer, mock) => {
    mock.rules.add({ prefer, probability: 0.5 });
    return {};
  },
};

describe.each(Object.keys(hosts) as (keyof typeof hosts)[])("on the host %s", (host) => {
  it("each fault is what it says, however it is asked for, or the host says that it can't", async () => {
    const seen: Record<string, unknown> = {};
    for (const name of Object.keys(faults)) {
      for (const [way, ask] of Object.entries(ways)) {
        const reached = await hosts[host]({});
        const { mock } = reached;
        const what = await observe(reached, ask(`fault=${name}, delay=1`, mock));
        seen[`${name} by ${way}`] = [what, mock.ledger.charges.length];
        await closeAll();
      }
    }
    const expected = Object.entries(table).flatMap(([name, row]) =>
      Object.keys(ways).map((way) => [
        `${name} by ${way}`,
        [typeof row === "string" ? row : row[host], faults[name]?.before || name === "accept-late" ? 0 : 1],
      ]),
    );
    expect(seen).toEqual(Object.fromEntries(expected));
  });
});

describe.each(Object.entries(hosts))("a redirect on the host %s", (_name, host) => {
  it("is followed to a page of HTML at the same place", async () => {
    const { fetch, origin } = await host({});
    const init = { method: "POST", headers: { authorization: "Bearer k", prefer: "fault=redirect-html" } };
    const page = await fetch(`${origin}${path}`, init);
    // In an Express application `/` is the application's own.
    expect(page.headers.get("content-type")).toContain("text/html");
    await expect(fetch(`${origin}${path}`, { ...init, redirect: "error" })).rejects.toThrow(TypeError);
  });
});

/** Submits, and says in a few words what came of it. */
async function observe({ fetch, origin }: Reached, { headers, body }: RequestInit): Promise<string> {
  const response = await fetch(`${origin}${path}`, {
    method: "POST",
    redirect: "manual",
    headers: { authorization: "Bearer k", ...headers },
    body: body ?? JSON.stringify(minimal),
  }).catch((error: { readonly cause?: { readonly code?: string } }) => error.cause?.code ?? "network error");
  if (typeof response === "string") return response;
  const { status, headers: answered } = response;
  const text = await response.text().catch(() => undefined);
  const location = answered.has("location") ? `to ${answered.get("location")} ` : "";
  const wait = answered.has("retry-after") ? `, Retry-After ${answered.get("retry-after")}` : "";
  const promised = Number(answered.get("content-length"));
  const half = text && promised === text.length * 2 ? ", half of what was promised" : "";
  const kind = answered.has("klingkit-unsupported-fault") ? "unsupported" : kindOf(text);
  return `${status} ${location}${kind}${wait}${half}`;
}

function kindOf(text: string | undefined): string {
  if (text === undefined) return "cut short";
  if (text === "") return "empty";
  if (text.startsWith("<!doctype html>")) return "HTML";
  try {
    JSON.parse(text);
    return "JSON";
  } catch {
    return "text";
  }
}

/** MSW shows a cut connection as a network error without a code. */
function onlyMsw(others: string, msw: string) {
  return { fetch: others, "node:http": others, express: others, msw };
}

describe("a result's file", () => {
  const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index % 251);
  const renderer = { render: async () => bytes, renderPicture: async () => bytes };

  /** A finished task's file on a host. */
  async function finished(host: keyof typeof hosts) {
    const reached = await hosts[host](host === "node:http" ? {} : { renderer });
    const { fetch, origin, mock } = reached;
    const headers = { authorization: "Bearer k" };
    await fetch(`${origin}${path}`, {
      method: "POST",
      headers,
      body: JSON.stringify({ ...minimal, external_task_id: "own" }),
    });
    mock.clock.advance(60_000);
    const answer = await (await fetch(`${origin}${path}/own`, { headers })).json();
    const url: string = answer.data.task_result.videos[0].url;
    const get = (init: RequestInit = {}) => fetch(url, { redirect: "manual", ...init });
    return { mock, get, whole: new Uint8Array(await (await get()).arrayBuffer()) };
  }

  it.each(Object.keys(hosts) as (keyof typeof hosts)[])("is spoilt as the caller asks on the host %s", async (host) => {
    const { get, whole } = await finished(host);
    const ask = (prefer: string, more: Record<string, string> = {}) => get({ headers: { prefer, ...more } });
    const short = await ask("fault=truncated-json");
    expect(short.headers.get("content-length")).toBe(String(Math.floor(whole.length / 2)));
    expect(new Uint8Array(await short.arrayBuffer())).toEqual(whole.slice(0, Math.floor(whole.length / 2)));

    const cut = await ask("fault=cut-body");
    expect(cut.headers.get("content-length")).toBe(String(whole.length));
    await expect(cut.arrayBuffer()).rejects.toThrow();
    const cutRange = await ask("fault=cut-body", { range: "bytes=100-299" });
    expect([cutRange.status, cutRange.headers.get("content-length")]).toEqual([206, "200"]);
    await expect(cutRange.arrayBuffer()).rejects.toThrow();

    const long = await ask("fault=wrong-length");
    expect(long.headers.get("content-length")).toBe(String(whole.length * 2));
    await long.arrayBuffer().catch(() => undefined);

    expect((await ask("fault=html-502")).headers.get("content-type")).toContain("text/html");
    expect((await ask("code=1303")).status).toBe(429);
    expect((await ask("nonsense=1")).status).toBe(422);
    const slow = await ask("fault=slow-drip, delay=5");
    expect(new Uint8Array(await slow.arrayBuffer())).toEqual(whole);
  });

  it("is meant by rules that say so, and by no others", async () => {
    const { get, mock } = await finished("fetch");
    mock.rules.add({ prefer: "fault=html-502" });
    mock.rules.add({ match: { operation: "image2video" }, prefer: "code=1302" });
    expect((await get()).status).toBe(200);
    mock.rules.add({ match: { verb: "result", operation: "image2video" }, prefer: "fault=empty-body", times: 1 });
    expect(await (await get()).text()).toBe("");
    expect((await get()).status).toBe(200);
    mock.rules.add({ match: { path: "/bs2/*", external_task_id: "own" }, prefer: "fault=reset-before" });
    await expect(get()).rejects.toThrow("fetch failed");
    expect(mock.requests.list().at(-1)).toMatchObject({ route: "result", status: null, taskId: expect.any(String) });
  });
});
