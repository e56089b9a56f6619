/**
 * Characters that can drive a terminal or hide text: controls but tab and line feed, those that change the direction of
 * writing, separators of lines, and the byte order mark.
 */
const dangerous = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029\ufeff]/gu;

/**
 * The text with dangerous characters as `\u001b`-like escapes. In JSON they can only stand inside strings, where the
 * escape means the same character.
 */
export function cleanText(text: string): string {
  return text.replaceAll(dangerous, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A text from outside as part of one line: clean, and without line feeds, so that it can't pretend to be a line of ours. */
export function oneLine(text: string): string {
  // White space is looked through from its start alone: a text full of it would take quadratic time.
  return cleanText(text.replaceAll(/(?<!\s)\s*\n\s*/g, " "));
}
