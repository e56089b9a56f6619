import { getEventListeners } from "node:events";
import { systemClock } from "@klingkit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

describe("the system's clock", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("sleeps as long as it is told, also longer than a timer can", async () => {
    for (const ms of [0, 1, 1_000, 2 ** 31 - 1, 2 ** 31, 2 ** 33]) {
      let awake = false;
      const sleep = systemClock.sleep(ms).then(() => {
        awake = true;
      });
      if (ms > 0) {
        await vi.advanceTimersByTimeAsync(ms - 1);
        expect(awake).toBe(false);
      }
      await vi.advanceTimersByTimeAsync(1);
      await sleep;
      expect(vi.getTimerCount()).toBe(0);
    }
  });

  it("sleeps for ever without spinning", async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(Number.POSITIVE_INFINITY, controller.signal);
    sleep.catch(() => {});
    await vi.advanceTimersByTimeAsync(2 ** 33);
    expect(vi.getTimerCount()).toBe(1);
    controller.abort("enough");
    await expect(sleep).rejects.toBe("enough");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("wakes at once on abort and leaves neither timer nor listener", async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(1_000, controller.signal);
    sleep.catch(() => {});
    expect(vi.getTimerCount()).toBe(1);
    controller.abort("stop");
    await expect(sleep).rejects.toBe("stop");
    expect(vi.getTimerCount()).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
    await expect(systemClock.sleep(1_000, controller.signal)).rejects.toBe("stop");
    expect(vi.getTimerCount()).toBe(0);
  });

  it("leaves no listener after a whole sleep", async () => {
    const controller = new AbortController();
    const sleep = systemClock.sleep(1_000, controller.signal);
    await vi.advanceTimersByTimeAsync(1_000);
    await sleep;
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("calls back after a time, unless that is called off", async () => {
    const called: string[] = [];
    systemClock.after(1_000, () => void called.push("kept"));
    const callOff = systemClock.after(1_000, () => void called.push("called off"));
    const callOffNever = systemClock.after(Number.POSITIVE_INFINITY, () => void called.push("never"));
    await vi.advanceTimersByTimeAsync(999);
    expect(called).toEqual([]);
    callOff();
    await vi.advanceTimersByTimeAsync(2 ** 33);
    expect(called).toEqual(["kept"]);
    callOffNever();
    expect(vi.getTimerCount()).toBe(0);
  });
});
