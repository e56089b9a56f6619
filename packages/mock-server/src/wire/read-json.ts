/** The object or list that a text is as JSON; undefined for any other value, and for a text that is not JSON. */
export function readJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
