/**
 * The `Retry-After` header in milliseconds: seconds, or a date relative to `now`. Undefined where it says nothing usable.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  // Date.parse makes a date of almost anything that holds a number.
  const date = /^\s*[A-Z][a-z]{2},? /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
