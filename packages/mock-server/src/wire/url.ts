/** Reads an address; undefined for a text that is none. To ask `URL.canParse` before would read it twice. */
export function readUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
