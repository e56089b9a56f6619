import { stripVTControlCharacters } from "node:util";

const graphemes = new Intl.Segmenter();

/** Characters that take two columns: those of Chinese, Japanese and Korean with their signs, full-width forms, emojis. */
const wide =
  /^[\p{scx=Han}\p{scx=Hangul}\p{scx=Hiragana}\p{scx=Katakana}\p{Emoji_Presentation}\u3000\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;

/** What makes the count of code units differ from the width; most lines have nothing of it, and are drawn ten times a second. */
const uneven =
  /[\p{M}\p{scx=Han}\p{scx=Hangul}\p{scx=Hiragana}\p{scx=Katakana}\p{Emoji_Presentation}\u3000\uff01-\u{10ffff}]/u;

/** Columns that a text takes on a terminal: two for a wide character, none for an escape sequence. */
export function displayWidth(text: string): number {
  const plain = stripVTControlCharacters(text);
  if (!uneven.test(plain)) return plain.length;
  let width = 0;
  for (const { segment } of graphemes.segment(plain)) width += widthOf(segment);
  return width;
}

/** The beginning of a text without escape sequences, in at most so many columns. */
export function startWithin(text: string, columns: number): string {
  let width = 0;
  for (const { segment, index } of graphemes.segment(text)) {
    width += widthOf(segment);
    if (width > columns) return text.slice(0, index);
  }
  return text;
}

/** The end of a text without escape sequences, in at most so many columns. */
export function endWithin(text: string, columns: number): string {
  let width = displayWidth(text);
  for (const { segment, index } of graphemes.segment(text)) {
    if (width <= columns) return text.slice(index);
    width -= widthOf(segment);
  }
  return "";
}

/** The text with spaces up to so many columns. */
export function padTo(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - displayWidth(text)));
}

function widthOf(grapheme: string): number {
  return wide.test(grapheme) ? 2 : 1;
}
