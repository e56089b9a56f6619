let settings: RequestInit | undefined;

/**
 * Keeps a framework from answering a query with what it was told before: Next 13 and 14 would, and a wait would never end.
 * Older workerd throws at the word, so it is tried once; what a runtime is called tells nothing.
 */
export function noStore(): RequestInit {
  settings ??= takesNoStore() ? { cache: "no-store" } : {};
  return settings;
}

function takesNoStore(): boolean {
  try {
    return new Request("https://localhost/", { cache: "no-store" }) !== undefined;
  } catch {
    return false;
  }
}
