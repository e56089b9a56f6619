/** Shorter texts are part of others by chance: `klingkit` as a simulator's key would spoil the addresses of results. */
const shortestKey = 12;

/** The text of a key. A `Secret` of another copy of klingkit is no instance of this one's class. */
export function keyText(key: unknown): string {
  return String((key as Partial<Secret> | undefined)?.reveal?.() ?? key ?? "").trim();
}

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

  /** Removes the key from a text. */
  redact(text: string): string {
    // Made-up keys for a simulator may be as short as a word, and are no secret.
    return this.#value.length < shortestKey ? text : text.replaceAll(this.#value, "[redacted]");
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
