/** What `expect.any(…)`, `expect.stringContaining(…)` and their like are in Vitest and Jest. */
export interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
}

/**
 * A record of which only the named fields must match. Each is a value, a regular expression for a text, or an
 * asymmetric matcher.
 */
export type Expected<Fields> = {
  readonly [Name in keyof Fields]?: Fields[Name] | RegExp | AsymmetricMatcher;
};

/** Whether the actual value has everything that is expected, at any depth. Lists must fit item by item. */
export function fits(expected: unknown, actual: unknown): boolean {
  if (expected instanceof RegExp) return typeof actual === "string" && new RegExp(expected).test(actual);
  if (!isObject(expected)) return Object.is(expected, actual);
  if (isMatcher(expected)) return expected.asymmetricMatch(actual);
  if (!isObject(actual) || Array.isArray(expected) !== Array.isArray(actual)) return false;
  if (Array.isArray(expected) && expected.length !== actual.length) return false;
  return Object.entries(expected).every(([name, value]) => fits(value, actual[name]));
}

/** The expectation, in one line. */
export function show(expected: unknown): string {
  const text = JSON.stringify(expected, (_name, value: unknown) => {
    if (value instanceof RegExp || (isObject(value) && isMatcher(value))) return String(value);
    return value;
  });
  return text === undefined || text === "{}" ? "" : ` ${text}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object";
}

function isMatcher(value: object): value is AsymmetricMatcher {
  return "asymmetricMatch" in value && typeof value.asymmetricMatch === "function";
}
