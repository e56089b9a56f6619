import type { Output } from "./io.js";

/** The last lines of a terminal, drawn again and again in the same place; other output goes above them. */
export class LiveRegion {
  readonly #output: Pick<Output, "control">;
  #height = 0;

  constructor(output: Pick<Output, "control">) {
    this.#output = output;
  }

  /** Puts these lines in place of the ones drawn before. None may be as wide as the terminal. */
  draw(lines: readonly string[]): void {
    this.#output.control(`${this.#erased()}${lines.join("\n")}`);
    this.#height = lines.length;
  }

  /** Takes the lines away, so that something else can be printed in their place. */
  clear(): void {
    this.#output.control(this.#erased());
    this.#height = 0;
  }

  /** Leaves these lines where they are; what is drawn next comes below. */
  keep(lines: readonly string[]): void {
    this.#output.control(`${this.#erased()}${lines.map((line) => `${line}\n`).join("")}`);
    this.#height = 0;
  }

  #erased(): string {
    return `\r\x1b[2K${"\x1b[1A\x1b[2K".repeat(Math.max(0, this.#height - 1))}`;
  }
}
