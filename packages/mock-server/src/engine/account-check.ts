import type { AccountOptions } from "./account.js";
import { MockProblem } from "./problem.js";
import { flag, numberFrom, shown, type ValueCheck } from "./value-check.js";

const amount = numberFrom(0);
const count: ValueCheck = {
  wanted: "a whole number from 0",
  fits: (value) => amount.fits(value) && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY),
};
const names: ValueCheck = {
  wanted: "a list of names",
  fits: (value) => Array.isArray(value) && value.every((name) => typeof name === "string"),
};

const settings: Readonly<Record<keyof AccountOptions, ValueCheck>> = {
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

function invalid(message: string): MockProblem {
  return new MockProblem(400, "invalid-account", message);
}
