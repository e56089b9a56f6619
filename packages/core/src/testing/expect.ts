/** @throws Error where the two differ as JSON, whatever the order of their fields */
export function expectEqual(actual: unknown, expected: unknown, what: string): void {
  const [found, wanted] = [canonical(actual), canonical(expected)];
  if (found !== wanted) throw new Error(`${what}: expected ${wanted}, got ${found}`);
}

/** JSON with the fields of each object in order; undefined fields are left out. */
function canonical(value: unknown): string {
  const sorted = (_: string, inner: unknown) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)))
      : inner;
  return JSON.stringify(value, sorted) ?? "undefined";
}
