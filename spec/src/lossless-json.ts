const longInteger = /-?\d{16,}(?![\d.eE])/y;

/**
 * `JSON.parse` that keeps integers beyond 2^53 as strings of their digits instead of rounding them
 * (`element_id` is such a number; the official example is 829836802793406551).
 * @throws SyntaxError as `JSON.parse` does
 */
export function parseJson(text: string): unknown {
  // First as it is: digits where none belong must stay an error, and not become a valid key or value by the quotes.
  const value: unknown = JSON.parse(text);
  return mayHoldLongInteger.test(text) ? JSON.parse(quoteLongIntegers(text)) : value;
}

const mayHoldLongInteger = /(?:^|[[:,\s])-?\d{16,}\s*(?:$|[,\]}\s])/;

function quoteLongIntegers(text: string): string {
  let result = "";
  let copied = 0;
  let position = 0;
  while (position < text.length) {
    const character = text.charCodeAt(position);
    if (character === 0x22) {
      position = endOfString(text, position);
      continue;
    }
    longInteger.lastIndex = position;
    const digits = isNumberStart(character) ? longInteger.exec(text)?.[0] : undefined;
    if (digits === undefined) {
      position = isNumberStart(character) ? endOfNumber(text, position) : position + 1;
      continue;
    }
    if (!Number.isSafeInteger(Number(digits))) {
      result += `${text.slice(copied, position)}"${digits}"`;
      copied = position + digits.length;
    }
    position += digits.length;
  }
  return result + text.slice(copied);
}

function isNumberStart(character: number): boolean {
  return character === 0x2d || (character >= 0x30 && character <= 0x39);
}

function endOfNumber(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && "0123456789+-.eE".includes(text.charAt(position))) position += 1;
  return position;
}

/** Position after the closing quote; the text's end where it is missing. */
function endOfString(text: string, start: number): number {
  let end = start;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
  } while (isEscaped(text, end));
  return end + 1;
}

function isEscaped(text: string, quote: number): boolean {
  let backslashes = 0;
  while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) backslashes += 1;
  return backslashes % 2 === 1;
}
