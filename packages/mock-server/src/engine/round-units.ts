/** A sum of units or dollars without its binary tail: 0.3 - 0.1 - 0.1 is 0.1. */
export function roundUnits(sum: number): number {
  return Math.round(sum * 1e6) / 1e6;
}
