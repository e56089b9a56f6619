/** Whether a page lists rather than explains: nearly every word occurs in it, so the search ranks it below the others. */
export function isListing(id: string): boolean {
  return /^(reference|evidence|contributing|scorecard)/.test(id);
}
