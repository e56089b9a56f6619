/** Characters of a body that are kept in the log. */
const maxLogged = 8_192;

/** Longer texts without a space or a quote are taken for base64. */
const longestWord = 256;
const base64 = /^(data:[\w/+.-]+;base64,)?[\w+/=\\-]+$/;
/** The header with the token of the control API. */
export const controlHeader = "x-klingkit-control";
const secretHeaders = new Set(["authorization", "proxy-authorization", "cookie", "x-api-key", controlHeader]);

/** A copy without the values of headers that hold secrets. */
export function redactHeaders(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined) shown[name] = secretHeaders.has(name) ? "redacted" : value;
  }
  return shown;
}

/** Names of parameters that hold a key, as the gateway's quota address has it. */
const secretParameters = new Set(["key", "api_key", "apikey", "access_token", "token"]);

/** A query as the log keeps it, without the question mark and without the values of parameters that hold secrets. */
export function redactQuery(query: URLSearchParams): string {
  if (query.size === 0) return "";
  const shown = [...query].map(([name, value]) => [
    name,
    secretParameters.has(name.toLowerCase()) ? "redacted" : value,
  ]);
  return String(new URLSearchParams(shown));
}

/** A body as the log keeps it: base64 replaced by its length, at most 8 192 characters. */
export function shortenBody(body: string | Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined;
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  if (text.length <= maxLogged && !hasLongPart(text)) return text;
  let shown = "";
  for (let from = 0; from <= text.length && shown.length < maxLogged; ) {
    const quote = text.indexOf('"', from);
    const end = quote < 0 ? text.length : quote;
    shown += `${shortenPart(text, from, end)}${quote < 0 ? "" : '"'}`;
    from = end + 1;
  }
  const cut = cutText(shown, text.length);
  return cut.length < text.length ? ownCopy(cut) : cut;
}

/** At most 8 192 characters of a text, and how long it is where that is more. */
export function cutText(text: string, length = text.length): string {
  return text.length > maxLogged ? ownCopy(`${text.slice(0, maxLogged)}… (${length} characters in all)`) : text;
}

/** The same text in memory of its own: parts of a text keep the whole of it alive, here a picture of ten megabytes. */
function ownCopy(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

/** Whether the text has a long stretch without a quote. It looks at a few places only. */
function hasLongPart(text: string): boolean {
  for (let from = 0; text.length - from > longestWord; ) {
    const quote = text.lastIndexOf('"', from + longestWord);
    if (quote < from) return true;
    from = quote + 1;
  }
  return false;
}

/** Shortens the text between two quotes. Only its beginning is read, so that large pictures cost nothing. */
function shortenPart(text: string, from: number, end: number): string {
  if (end - from > longestWord && base64.test(text.slice(from, from + longestWord)))
    return `base64 of ${end - from} characters`;
  return text.slice(from, Math.min(end, from + maxLogged + 1));
}
