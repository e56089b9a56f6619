import { createMock, createMockFetch, type MockOptions } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { describe, expect, it } from "vitest";

/** What plain JavaScript may pass. */
const anything = (options: object) => options as MockOptions;

describe("an option with a value that can't be", () => {
  it.each([
    [{ dialect: "klingon" }, 'The option dialect is "klingon"; give cometapi or kling.'],
    [{ chargeAt: "submit" }, 'The option chargeAt is "submit"; give success or create.'],
    [{ chargeFailed: "no" }, 'The option chargeFailed is "no"; give true or false.'],
    [{ discontinued: true }, "The option discontinued is true; give accept or refuse."],
    [{ ids: "short" }, 'The option ids is "short"; give long or small.'],
    [{ seed: 1.5 }, "The option seed is 1.5; give a whole number."],
    [{ timing: "fast" }, 'The option timing is "fast"; give quick, realtime, or { submittedMs, processingMs }.'],
    [{ timing: { submittedMs: 1_000 } }, /^The option timing is .*; give quick, realtime, or/],
    [{ timing: { submittedMs: 0, processingMs: -1 } }, /^The option timing is /],
    [{ progress: { reads: [1] } }, /^The option progress is .*; give time, manual, or { reads: \[n, m\] }\.$/],
    [{ progress: { reads: [1, 0.5] } }, /^The option progress is /],
    [{ progress: null }, /^The option progress is null/],
    [{ maxTasks: 0 }, "The option maxTasks is 0; give a number from 1."],
    [{ maxDeliveries: -1 }, "The option maxDeliveries is -1; give a number from 0."],
    [{ maxRequests: Number.NaN }, "The option maxRequests is NaN; give a number from 0."],
    [{ callbackTime: "real" }, /^The option callbackTime is /],
  ] as const)("is refused by name, before anything listens: %j", async (options, message) => {
    expect(() => createMock(anything(options))).toThrow(message);
    expect(() => createMockFetch(anything(options))).toThrow(message);
    await expect(startMockServer({ port: 0, render: "none", ...anything(options) } as object)).rejects.toThrow(message);
  });

  it("does not refuse what its type allows", () => {
    const timing = { submittedMs: 0, processingMs: Number.POSITIVE_INFINITY };
    for (const options of [
      {},
      { dialect: undefined, seed: -3 },
      { timing, maxTasks: Number.POSITIVE_INFINITY },
      { progress: { reads: [0, 0] } },
    ])
      expect(createMock(anything(options)).tasks.size).toBe(0);
  });
});
