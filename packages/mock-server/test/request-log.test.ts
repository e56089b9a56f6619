import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { MockEvent } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

describe("the request log", () => {
  it("holds what was asked and how it went, without key and picture", async () => {
    const mock = frozenMock();
    const body = { ...minimal, image: coffee, image_tail: `data:image/png;base64,${coffee}`, prompt: 'a "cat"' };
    const secrets = { authorization: "Bearer sk-secret", cookie: "sk-secret", "x-klingkit-control": "sk-secret" };
    await ask(mock.fetch, "POST", path, { body, headers: secrets });
    const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body: { ...body, image_tail: "" } }));
    await ask(mock.fetch, "GET", `${path}/${task_id}?a=1`, { headers: { prefer: "delay=0" } });
    await ask(mock.fetch, "OPTIONS", path);
    await ask(mock.fetch, "GET", "/");
    await ask(mock.fetch, "GET", "/__mock/health");
    const log = mock.requests.list();
    expect(log).toMatchObject([
      { number: 1, route: "image2video.submit", account: "account-1", status: 400, taskId: null },
      { number: 2, route: "image2video.submit", account: "account-2", status: 200, taskId: task_id },
      { number: 3, route: "image2video.get", query: "a=1", status: 200, taskId: task_id, preference: "delay=0" },
      { number: 4, route: "preflight", account: null, status: 204 },
      { number: 5, route: "page", status: 200 },
    ]);
    expect(log[0]?.at).toBe(1_795_000_000_000);
    const text = JSON.stringify(log);
    expect(text).not.toContain("sk-secret");
    expect(text).not.toContain(coffee.slice(0, 60));
    expect(text.length).toBeLessThan(5_000);
    expect(log[0]?.body).toContain("base64 of");
    expect(log[0]?.body).toContain('\\"cat\\"');
  });

  it("is bounded in number and in size", async () => {
    const mock = frozenMock({ maxRequests: 3 });
    for (let index = 0; index < 20; index += 1)
      await ask(mock.fetch, "POST", path, { body: `${index} ${"long words ".repeat(10_000)}` });
    expect(mock.requests.list().map(({ number }) => number)).toEqual([18, 19, 20]);
    expect(mock.requests.list()[0]?.body?.length).toBeLessThan(9_000);
    expect(mock.requests.count).toBe(20);
  });

  it("can be left out: requests are counted only", async () => {
    const mock = frozenMock({ maxRequests: 0 });
    for (let index = 0; index < 3; index += 1) await ask(mock.fetch, "POST", path, { body: minimal });
    expect([mock.requests.list(), mock.requests.count]).toEqual([[], 3]);
  });

  it("forgets the requests of an account that is reset, and all with everything", async () => {
    const mock = frozenMock({ maxRequests: 4 });
    const submit = (key: string) =>
      ask(mock.fetch, "POST", path, { body: minimal, headers: { authorization: `Bearer ${key}` } });
    for (const key of ["a", "b", "a", "b", "a"]) await submit(key);
    mock.reset("account-1");
    const numbers = () => mock.requests.list().map(({ number }) => number);
    expect([numbers(), mock.requests.count]).toEqual([[2, 4], 5]);
    await submit("b");
    expect(numbers()).toEqual([4, 6]);
    mock.reset();
    expect([numbers(), mock.requests.count]).toEqual([[], 0]);
    await submit("b");
    expect(numbers()).toEqual([1]);
  });
});

describe("a key in an address", () => {
  it("is not in the log", async () => {
    const mock = frozenMock();
    await ask(mock.fetch, "GET", "/user/quota?key=sk-secret&start_date=2026-01-01");
    await ask(mock.fetch, "GET", `${image2video.cometapi}/1?Access_Token=sk-secret`);
    const log = mock.requests.list();
    expect(JSON.stringify(log)).not.toContain("sk-secret");
    expect(log.map(({ query }) => query)).toEqual(["key=redacted&start_date=2026-01-01", "Access_Token=redacted"]);
  });
});

describe("the request log's memory", () => {
  it("does not keep a request's picture alive for the few words it shows of it", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const mock = frozenMock();
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const send = (own: string) =>
      ask(mock.fetch, "POST", path, {
        body: { ...minimal, image: coffee, external_task_id: own, prompt: "steam rises from a cup" },
      });
    await send("first");
    const before = used();
    for (let index = 0; index < 40; index += 1) await send(`own-${index}`);
    expect(used() - before).toBeLessThan(10 * coffee.length);
  });
});

describe("events", () => {
  it("tell everything that happens in order, until nobody listens", async () => {
    const mock = frozenMock();
    const events: MockEvent[] = [];
    const end = mock.events.subscribe((event) => events.push(event));
    mock.rules.add({ prefer: "delay=0", times: 1 });
    const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body: minimal }));
    await ask(mock.fetch, "GET", `${path}/${task_id}`);
    await ask(mock.fetch, "GET", `${path}/${task_id}`);
    mock.tasks.succeed(task_id);
    end();
    mock.reset();
    expect(events.map(({ type }) => type)).toEqual([
      "rule-added",
      "account",
      "rule-used",
      "rule-removed",
      "task-created",
      "charge",
      "request",
      "task-observed",
      "request",
      "request",
      "task-moved",
    ]);
  });

  it("reach the others although one listener throws, and its error is not hidden", async () => {
    const mock = frozenMock();
    const later: (() => void)[] = [];
    const queue = vi.spyOn(globalThis, "queueMicrotask").mockImplementation((run) => void later.push(run));
    onTestFinished(() => queue.mockRestore());
    mock.events.subscribe(() => {
      throw new Error("mine");
    });
    const seen: string[] = [];
    mock.events.subscribe(({ type }) => seen.push(type));
    mock.reset();
    expect(seen).toEqual(["reset"]);
    expect(later).toHaveLength(1);
    expect(later[0]).toThrow("mine");
  });

  it.each(["in process", "over HTTP"])("are streamed %s until the reader leaves", async (where) => {
    await using server = await startMockServer({ port: 0, render: "none" });
    const { mock, url } = server;
    const stop = new AbortController();
    const response =
      where === "over HTTP"
        ? await fetch(`${url}/__mock/events`, { signal: stop.signal })
        : await mock.fetch("https://mock.klingkit.invalid/__mock/events", { signal: stop.signal });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader?.read())?.value ?? "";
    mock.reset();
    while (!text.includes("event: reset")) text += (await reader?.read())?.value ?? "";
    expect(mock.events.listeners).toBe(1);
    stop.abort();
    await expect(reader?.read()).rejects.toThrow();
    await expect.poll(() => mock.events.listeners).toBe(0);
  });
});
