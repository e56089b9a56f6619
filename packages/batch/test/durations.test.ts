import { describe, expect, it } from "vitest";
import { Durations } from "../src/fleet/durations.js";
import type { BatchRow } from "../src/row.js";

const row = { family: "image2video", body: { model_name: "kling-v2-6" } } as unknown as BatchRow;
const other = { family: "image2video", body: { model_name: "kling-v2-1" } } as unknown as BatchRow;

function after(...ends: readonly (readonly [ranMs: number | undefined, ms: number])[]): Durations {
  const durations = new Durations();
  for (const [ranMs, ms] of ends) durations.ended(row, ranMs, ms);
  return durations;
}
const times = (count: number, ...end: readonly [number | undefined, number]) =>
  Array.from({ length: count }, () => end);

describe("how long a new task is left alone", () => {
  it("is unknown until eight of its model have ended", () => {
    expect(after(...times(7, 2_900, 3_000)).quietMs(row)).toBe(0);
    expect(after(...times(8, 2_900, 3_000)).quietMs(row)).toBe(2_610);
    expect(after(...times(8, 2_900, 3_000)).quietMs(other)).toBe(0);
  });

  it("is a little shorter than the quickest of the last 128 ran for certain", () => {
    expect(after([900, 1_000], ...times(127, 2_900, 3_000)).quietMs(row)).toBe(810);
    expect(after([900, 1_000], ...times(128, 2_900, 3_000)).quietMs(row)).toBe(2_610);
  });

  it("falls quickly once tasks have ended before they were asked for, because they take less time now", () => {
    const durations = after(...times(128, 60_000, 60_100));
    let rounds = 0;
    for (; durations.quietMs(row) > 3_000; rounds += 1) durations.ended(row, undefined, durations.quietMs(row));
    expect(rounds).toBeLessThan(6);
  });

  it("is never below 0", () => {
    expect(after(...times(8, -50, 100)).quietMs(row)).toBe(0);
  });
});
