/** The candidate that a misspelt word probably means; undefined where none is near. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = word.toLowerCase();
  const scored = candidates
    .map((candidate) => ({ candidate, distance: distanceOf(wanted, candidate.toLowerCase()) }))
    .sort((one, other) => one.distance - other.distance);
  const [best] = scored;
  const longer = candidates.filter((candidate) => candidate.toLowerCase().startsWith(`${wanted}-`));
  if (longer[0] !== undefined && best?.distance !== 0) return longer[0];
  const prefixed = candidates.filter((candidate) => wanted.length > 2 && candidate.toLowerCase().startsWith(wanted));
  if (best && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.candidate;
  return prefixed[0];
}

/** Edits between two words: letters added, left out, changed, or two of them swapped. */
function distanceOf(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const cost = one[i - 1] === other[j - 1] ? 0 : 1;
      const swap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const at = (y: number, x: number) => rows[y]?.[x] ?? 0;
      const steps = [at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(i - 1, j - 1) + cost];
      row.push(Math.min(...steps, swap ? at(i - 2, j - 2) + 1 : Number.POSITIVE_INFINITY));
    }
    rows.push(row);
  }
  return rows[one.length]?.[other.length] ?? 0;
}
