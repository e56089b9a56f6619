import { getEventListeners } from "node:events";
import { AbortedError } from "@klingkit/core";
import { createCallbackWaiter } from "@klingkit/core/callbacks";
import { describe, expect, it } from "vitest";
import { failure, quiet, standing, success, TestClock, taskId, world } from "./helpers.js";

const report = { task_id: taskId, task_status: "succeed", family: "image2video" };
const slow = { firstPollMs: 60_000, pollMs: 60_000 };

describe("a wait that hears of callbacks", () => {
  it("asks as soon as one comes, and believes only the answer", async () => {
    const callbacks = createCallbackWaiter();
    const { client, clock, sent } = world([standing("processing"), standing("succeed")]);
    const started = clock.now();
    const waiting = client.image2video.wait(taskId, { ...slow, callbacks });
    await clock.advance(50);
    callbacks.onTask(report, {} as never);
    await quiet();
    expect(sent).toHaveLength(1);
    await clock.advance(50);
    callbacks.onTask(report, {} as never);
    expect(await success(clock, waiting)).toHaveProperty("task_status", "succeed");
    expect(clock.now() - started).toBeLessThan(1_000);
    expect([sent.length, callbacks.waiting, clock.sleepers.size]).toEqual([2, 0, 0]);
  });

  it("does not miss one that comes while it asks", async () => {
    const callbacks = createCallbackWaiter();
    const steps = [standing("processing"), standing("succeed")];
    let asked = 0;
    const { client, clock, sent } = world(steps, {
      onEvent: (event) => {
        if (event.type === "response" && asked++ === 0) callbacks.onTask(report, {} as never);
      },
    });
    const started = clock.now();
    await success(clock, client.image2video.wait(taskId, { ...slow, callbacks }));
    expect(clock.now() - started).toBeLessThan(61_000);
    expect(sent).toHaveLength(2);
  });

  it("goes on asking where they get lost, when it would without them", async () => {
    const { client, clock, sent } = world([standing("processing"), standing("processing"), standing("succeed")]);
    const started = clock.now();
    await success(clock, client.image2video.wait(taskId, { ...slow, callbacks: createCallbackWaiter() }));
    expect(sent.map(({ at }) => at - started)).toEqual([60_000, 65_000, 71_000]);
  });

  it("pauses in full again after one that came early", async () => {
    const callbacks = createCallbackWaiter();
    const { client, clock, sent } = world([standing("processing"), standing("processing"), standing("succeed")]);
    const started = clock.now();
    const { signal } = new AbortController();
    const waiting = client.image2video.wait(taskId, { ...slow, callbacks, signal });
    await clock.advance(1_000);
    callbacks.onTask(report, {} as never);
    await success(clock, waiting);
    expect(sent.map(({ at }) => at - started)).toEqual([1_000, 6_000, 12_000]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("ends with the error of a clock that can't sleep", async () => {
    const broken = new Error("no timers left");
    const clock = new TestClock();
    const sleep = clock.sleep.bind(clock);
    clock.sleep = (ms, signal) => (ms > 50 ? Promise.reject(broken) : sleep(ms, signal));
    const { client, sent } = world([standing("succeed")], { clock });
    const waiting = client.image2video.wait(taskId, { ...slow, callbacks: createCallbackWaiter() });
    expect(await failure(clock, waiting)).toBe(broken);
    expect(sent).toEqual([]);
  });

  it("ends at once when it is aborted, and listens no more", async () => {
    const callbacks = createCallbackWaiter();
    const { client, clock } = world([standing("processing")]);
    const controller = new AbortController();
    const waiting = client.image2video.wait(taskId, { ...slow, callbacks, signal: controller.signal });
    await clock.advance(50);
    controller.abort(new Error("enough"));
    const error = await failure(clock, waiting);
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ handle: { task_id: taskId }, cause: { message: "enough" } });
    expect([callbacks.waiting, clock.sleepers.size]).toEqual([0, 0]);
  });
});
