/**
 * `JSON.parse` that keeps integers beyond 2^53 as strings of their digits instead of rounding them
 * (`element_id` is such a number; the official example is 829836802793406551).
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string): unknown {
  // Parse the text unchanged first: misplaced digits must stay an error, and not become valid by the added quotes.
  const value: unknown = JSON.parse(text);
  return mayHoldLongInteger.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
}

/** Ids in quotes, which every answer holds, do not count. */
const mayHoldLongInteger = /(?:^|[[:,\s])-?\d{16}/;

/** In valid JSON, a quote that is not escaped begins or ends a string, and digits outside of strings are numbers. */
function quoteLongIntegers(text: string): string {
  let inString = false;
  return text.replace(/\\.|"|-?\d[\d.eE+-]*/g, (token) => {
    if (token === '"') inString = !inString;
    return !inString && isLongInteger(token) ? `"${token}"` : token;
  });
}

function isLongInteger(token: string): boolean {
  return /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token));
}
