import { displayWidth } from "./display-width.js";
import type { Output } from "./output.js";

/** The last lines of a terminal, drawn again and again in the same place; other output goes above them. */
export class LiveRegion {
  readonly #output: Pick<Output, "control" | "columns">;
  #drawn: readonly string[] = [];

  constructor(output: Pick<Output, "control" | "columns">) {
    this.#output = output;
  }

  /** Puts these lines in place of the ones drawn before. None may be as wide as the terminal. */
  draw(lines: readonly string[]): void {
    this.#output.control(`${this.#erased()}${lines.join("\n")}`);
    this.#drawn = lines;
  }

  /** Takes the lines away, so that something else can be printed in their place. */
  clear(): void {
    this.#output.control(this.#erased());
    this.#drawn = [];
  }

  /** Leaves these lines where they are; what is drawn next comes below. */
  keep(lines: readonly string[]): void {
    this.#output.control(`${this.#erased()}${lines.map((line) => `${line}\n`).join("")}`);
    this.#drawn = [];
  }

  /** A terminal made narrower since then has wrapped the lines. */
  #erased(): string {
    const rowsOf = (line: string) => Math.max(1, Math.ceil(displayWidth(line) / this.#output.columns));
    const height = this.#drawn.reduce((sum, line) => sum + rowsOf(line), 0);
    return `\r\x1b[2K${"\x1b[1A\x1b[2K".repeat(Math.max(0, height - 1))}`;
  }
}
