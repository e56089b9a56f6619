import type { Io } from "./io.js";

/** Whether the terminal's locale can show more than ASCII. */
export function isUnicode(io: Pick<Io, "env">): boolean {
  const locale = io.env.LC_ALL || io.env.LC_CTYPE || io.env.LANG || "";
  return /utf-?8/i.test(locale) || (locale === "" && process.platform === "win32");
}

/** The few signs of klingkit's own sentences, as ASCII where the locale asks for it. */
export function inLocale(text: string, io: Io): string {
  return isUnicode(io) ? text : text.replaceAll("×", "x").replaceAll("…", "...").replaceAll("–", "-");
}
