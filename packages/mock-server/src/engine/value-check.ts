/** What a value from outside has to be. */
export interface ValueCheck {
  /** In words, for the error. */
  readonly wanted: string;
  fits(value: unknown): boolean;
}

export const flag: ValueCheck = { wanted: "true or false", fits: (value) => typeof value === "boolean" };

/** A number that is not below `least`; it may be infinite. */
export function numberFrom(least: number): ValueCheck {
  return { wanted: `a number from ${least}`, fits: (value) => typeof value === "number" && value >= least };
}

/** The value as an error shows it. JSON knows neither NaN nor infinity. */
export function shown(value: unknown): string {
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
