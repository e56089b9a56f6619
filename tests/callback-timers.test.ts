import { createMock, MockClock } from "@klingkit/mock-server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { hook } from "../packages/mock-server/test/callbacks-kit.js";
import { ask, minimal } from "../packages/mock-server/test/helpers.js";

// Here, because a file of the package shares its worker with others, whose simulators would set faked timers, too.

afterEach(() => {
  vi.useRealTimers();
});

describe("callbacks", () => {
  it("cost no timer under a frozen clock, and one under a running clock, none after a reset", async () => {
    vi.useFakeTimers();
    const callbackFetch = async () => new Response(null, { status: 204 });
    const mock = createMock({ callbackFetch, clock: new MockClock(() => Date.now()) });
    const send = () =>
      ask(mock.fetch, "POST", "/kling/v1/videos/image2video", { body: { ...minimal, callback_url: hook } });
    for (let count = 0; count < 50; count += 1) await send();
    await mock.callbacks.settled();
    expect(vi.getTimerCount()).toBe(1);
    mock.clock.freeze();
    expect(vi.getTimerCount()).toBe(0);
    mock.clock.unfreeze();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1_000);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries).toHaveLength(100);
    mock.reset();
    expect(vi.getTimerCount()).toBe(0);
    expect(mock.callbacks.pending).toBe(0);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(mock.callbacks.deliveries).toEqual([]);
  });

  it("end by themselves: no timer is left once every task has been told to its end", async () => {
    vi.useFakeTimers();
    const callbackFetch = async () => new Response(null, { status: 200 });
    const mock = createMock({ callbackFetch, clock: new MockClock(() => Date.now()) });
    await ask(mock.fetch, "POST", "/kling/v1/videos/image2video", { body: { ...minimal, callback_url: hook } });
    await vi.advanceTimersByTimeAsync(10_000);
    await mock.callbacks.settled();
    expect(mock.callbacks.deliveries.map(({ status }) => status)).toEqual(["submitted", "processing", "succeed"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
