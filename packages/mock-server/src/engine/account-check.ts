import type { AccountOptions } from "./account.js";
import { MockProblem } from "./problem.js";

interface Setting {
  readonly wanted: string;
  fits(value: unknown): boolean;
}

const amount: Setting = {
  wanted: "a number from 0",
  fits: (value) => typeof value === "number" && value >= 0,
};
const count: Setting = {
  wanted: "a whole number from 0",
  fits: (value) => amount.fits(value) && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
};
const flag: Setting = { wanted: "true or false", fits: (value) => typeof value === "boolean" };
const names: Setting = {
  wanted: "a list of names",
  fits: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};

const settings: Readonly<Record<keyof AccountOptions, Setting>> = {
  units: amount,
  parallelTasks: count,
  requestsPerSecond: count,
  inArrears: flag,
  packExpired: flag,
  addressRefused: flag,
  forbiddenModels: names,
};

/** Names of everything that can be set. */
export const accountSettings: readonly string[] = Object.keys(settings);

/** Whether a setting is a limit; one without a limit is infinite. */
export function isLimit(name: string): boolean {
  const setting = Object.hasOwn(settings, name) ? settings[name as keyof AccountOptions] : undefined;
  return setting === amount || setting === count;
}

/** Checks options from outside; absent ones keep their values. @throws MockProblem for an unknown option or a value that can't be */
export function checkAccountOptions(options: object): asserts options is AccountOptions {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(settings, name))
      throw invalid(`An account has no setting ${name}. Known: ${accountSettings.join(", ")}.`);
    const { fits, wanted } = settings[name as keyof AccountOptions];
    if (!fits(value)) throw invalid(`${name} can't be ${shown(value)}; give ${wanted}.`);
  }
}

function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}

function invalid(message: string): MockProblem {
  return new MockProblem(400, "invalid-account", message);
}
