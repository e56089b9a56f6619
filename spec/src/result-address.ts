/** The parameter of a result's address that says when it stops working: hexadecimal Unix seconds. */
const parameter = "ksTime";

/** When a result's address stops working, in Unix milliseconds; undefined for an address without an expiry. */
export function readExpiry(query: URLSearchParams): number | undefined {
  const text = query.get(parameter) ?? "";
  return /^[0-9a-f]{8,10}$/i.test(text) ? Number.parseInt(text, 16) * 1000 : undefined;
}

/** The query parameter that holds the expiry. @param expiry Unix milliseconds, whole seconds */
export function formatExpiry(expiry: number): string {
  return `${parameter}=${(expiry / 1000).toString(16).padStart(8, "0")}`;
}
