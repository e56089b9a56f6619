/** A key that prints as `[redacted]` wherever it ends up: logs, JSON, template strings, inspection. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The key itself; only the transport asks for it. */
  reveal(): string {
    return this.#value;
  }

  /** A text from outside, without the key should it hold it. */
  redact(text: string): string {
    return text.replaceAll(this.#value, "[redacted]");
  }

  toString(): string {
    return "[redacted]";
  }

  toJSON(): string {
    return "[redacted]";
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return "[redacted]";
  }
}
