import { flag, numberFrom, shown, type ValueCheck } from "./engine/value-check.js";
import type { MockOptions } from "./options.js";

function oneOf(...words: readonly string[]): ValueCheck {
  return { wanted: words.join(" or "), fits: (value) => words.includes(value as string) };
}

/** Checks for callers without TypeScript: in these options a wrong value would be taken for another one. */
const checks: { readonly [Name in keyof MockOptions]?: ValueCheck } = {
  dialect: oneOf("cometapi", "kling"),
  seed: { wanted: "a whole number", fits: Number.isSafeInteger },
  timing: {
    wanted: "quick, realtime, or { submittedMs, processingMs }",
    fits: (value) => value === "quick" || value === "realtime" || isTiming(value),
  },
  progress: {
    wanted: "time, manual, or { reads: [n, m] }",
    fits: (value) => value === "time" || value === "manual" || areReads(value),
  },
  chargeAt: oneOf("success", "create"),
  chargeFailed: flag,
  render: oneOf("fast", "full"),
  discontinued: oneOf("accept", "refuse"),
  ids: oneOf("long", "small"),
  unfitPictures: oneOf("late", "refuse"),
  list: flag,
  externalIdLookup: flag,
  lenientTypes: flag,
  callbackTime: oneOf("wall", "simulated"),
  callbackFields: oneOf("full", "2024"),
  callbackOnSubmitted: flag,
  maxTasks: numberFrom(1),
  maxRequests: numberFrom(0),
  maxPictureBytes: numberFrom(0),
  maxDeliveries: numberFrom(0),
};

/** @throws RangeError for an option with a value that can't be */
export function checkOptions(options: MockOptions): void {
  for (const [name, check] of Object.entries(checks)) {
    const value: unknown = options[name as keyof MockOptions];
    if (value !== undefined && !check.fits(value))
      throw new RangeError(`The option ${name} is ${shown(value)}; give ${check.wanted}.`);
  }
}

function isTiming(value: unknown): boolean {
  const { submittedMs, processingMs } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return [submittedMs, processingMs].every((ms) => typeof ms === "number" && ms >= 0);
}

function areReads(value: unknown): boolean {
  const { reads } = (value ?? {}) as Readonly<Record<string, unknown>>;
  return Array.isArray(reads) && reads.length === 2 && reads.every((count) => Number.isInteger(count) && count >= 0);
}
