/** A sum of prices without the binary tail of sums: to a hundredth of a cent. */
export function sumOf(amounts: readonly number[]): number {
  return hundredthsOfCents(amounts.reduce((sum, amount) => sum + amount, 0)) / 1e4;
}

/** A price as a whole number, of which sums are exact. */
export function hundredthsOfCents(dollars: number): number {
  return Math.round(dollars * 1e4);
}
