/** @throws Error with both in it, where they differ as JSON */
export function expectEqual(found: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(found), JSON.stringify(expected)];
  if (left !== right) throw new Error(`expected ${right}, found ${left}`);
}

export function expectTrue(condition: boolean, what: string): void {
  if (!condition) throw new Error(`not so: ${what}`);
}

/** The error a call ends with, of that class. */
export async function expectError<Kind extends Error>(
  call: Promise<unknown>,
  kind: new (...args: never[]) => Kind,
): Promise<Kind> {
  const outcome: unknown = await call.then(
    (value) => `success with ${JSON.stringify(value)}`,
    (error: unknown) => error,
  );
  if (outcome instanceof kind) return outcome;
  throw new Error(`expected ${kind.name}, found ${String(outcome)}`);
}
