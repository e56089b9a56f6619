import { displayWidth } from "../src/display-width.js";

/** What a terminal of so many columns shows, as far as progress uses it: lines that wrap, moves up, erased lines. */
export class Screen {
  columns: number;
  readonly #rows = [""];
  readonly #widths: number[] = [];
  #row = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** What is shown, without the empty lines at its end. */
  get lines(): string[] {
    const last = this.#rows.findLastIndex((row) => row !== "");
    return this.#rows.slice(0, last + 1);
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
    for (const part of text.match(/\x1b\[\d*[A-Za-z]|[\r\n]|[^\x1b\r\n]+/g) ?? []) this.#apply(part);
  }

  #apply(part: string): void {
    if (part === "\n") this.#down();
    else if (part === "\x1b[1A") this.#row -= 1;
    else if (part === "\x1b[2K") this.#erase();
    else if (!part.startsWith("\x1b") && part !== "\r") for (const character of part) this.#put(character);
  }

  #put(character: string): void {
    const width = displayWidth(character);
    if ((this.#widths[this.#row] ?? 0) + width > this.columns) this.#down();
    this.#rows[this.#row] += character;
    this.#widths[this.#row] = (this.#widths[this.#row] ?? 0) + width;
  }

  #erase(): void {
    this.#rows[this.#row] = "";
    this.#widths[this.#row] = 0;
  }

  #down(): void {
    this.#row += 1;
    this.#rows[this.#row] ??= "";
  }
}
