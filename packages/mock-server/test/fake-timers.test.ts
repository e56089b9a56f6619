import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createMock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

afterEach(() => void vi.useRealTimers());

const path = image2video.cometapi;
const headers = { authorization: "Bearer k" };
const open = () => startMockServer({ port: 0, render: "none" });
const submit = (url: string, more: object = {}) =>
  fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify({ ...minimal, ...more }) });

/** What fakes the timers, and with which words. */
const ways: Readonly<Record<string, () => void>> = {
  "as Vitest does by default": () => vi.useFakeTimers(),
  "only setImmediate": () => vi.useFakeTimers({ toFake: ["setImmediate"] }),
};

describe.each(Object.entries(ways))("a simulator on a port while timers are faked %s", (_, fake) => {
  it("answers, made before or after, and ends", async () => {
    const before = await open();
    fake();
    const after = await open();
    for (const { url } of [before, after]) {
      expect((await submit(url, { external_task_id: "own" })).status).toBe(200);
      expect((await fetch(`${url}${path}/own`, { headers })).status).toBe(200);
      expect((await fetch(`${url}/`)).status).toBe(200);
      expect((await fetch(`${url}/__mock/health`)).status).toBe(200);
    }
    await before.close();
    await after.close();
  });

  it("leaves nothing behind that hangs a later one", async () => {
    fake();
    const faked = await open();
    const abandoned = submit(faked.url).catch(() => {});
    vi.useRealTimers();
    await abandoned;
    await faked.close();
    await using later = await open();
    expect((await submit(later.url)).status).toBe(200);
  });
});

describe("a simulator made before time was faked", () => {
  it("follows faked time, and goes on from there when time is real again", async () => {
    const mock = createMock();
    const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body: minimal }));
    const status = async () => taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`)).task_status;
    vi.useFakeTimers();
    expect(await status()).toBe("submitted");
    vi.advanceTimersByTime(4_000);
    expect(await status()).toBe("succeed");
    const then = mock.clock.now();
    vi.setSystemTime(new Date("2020-01-01"));
    vi.advanceTimersByTime(1_000);
    expect(mock.clock.now()).toBeGreaterThanOrEqual(then);
    vi.useRealTimers();
    await vi.waitFor(() => expect(mock.clock.now()).toBeGreaterThan(then + 5), { interval: 2 });
  });

  it("sends the callbacks that faked time has made due, those of earlier tasks too", async () => {
    const told: string[] = [];
    const receiver = createServer((request, response) => {
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        told.push(JSON.parse(text).task_status);
        response.end();
      });
    }).listen(0, "127.0.0.1");
    await once(receiver, "listening");
    onTestFinished(() => {
      receiver.closeAllConnections();
      receiver.close();
    });
    await using server = await open();
    const { port } = receiver.address() as AddressInfo;
    await submit(server.url, { callback_url: `http://127.0.0.1:${port}/`, external_task_id: "own" });
    vi.useFakeTimers();
    vi.advanceTimersByTime(4_000);
    expect((await fetch(`${server.url}${path}/own`, { headers })).status).toBe(200);
    await expect.poll(() => told, { timeout: 60_000 }).toEqual(["submitted", "processing", "succeed"]);
    await submit(server.url, { callback_url: `http://127.0.0.1:${port}/` });
    await vi.advanceTimersByTimeAsync(4_000);
    await expect.poll(() => told, { timeout: 60_000 }).toHaveLength(6);
  });

  it("waits as long as it was asked to by faked time", async () => {
    const mock = createMock();
    vi.useFakeTimers();
    let isAnswered = false;
    const answer = ask(mock.fetch, "POST", path, { body: minimal, headers: { prefer: "delay=60000" } }).then(() => {
      isAnswered = true;
    });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(isAnswered).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);
    await answer;
  });
});
