/** An answer as the log keeps it. */
export interface LoggedAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** At most 8 192 characters; null where it was empty, or bytes rather than text. */
  readonly body: string | null;
}

/** A request as the log keeps it: no key, no picture. */
export interface LoggedRequest {
  /** Running number, from 1. */
  readonly number: number;
  /** When it came, in Unix milliseconds of the simulator's clock. */
  readonly at: number;
  readonly method: string;
  readonly path: string;
  /** Without the question mark; values of `key`, `token` and their like are "redacted". */
  readonly query: string;
  /** Names in lower case; secrets are "redacted". */
  readonly headers: Readonly<Record<string, string>>;
  /** Base64 is replaced by its length; at most 8 192 characters. Null where there was none. */
  readonly body: string | null;
  /** The operation and endpoint the path names, `image2video.submit` or `tts.call`; else `result`, `preflight`, `page` or `unknown`. */
  readonly route: string;
  /** Name of the account; null where no key was accepted. */
  readonly account: string | null;
  /** Status of the answer; null where the connection was cut or refused. */
  readonly status: number | null;
  /** What was answered; null where the connection was cut or refused. */
  readonly answer: LoggedAnswer | null;
  /** The words of `Prefer` that were applied; "" for none. */
  readonly preference: string;
  /** The task it was about; null for none. */
  readonly taskId: string | null;
}

/** The latest requests, oldest first; control calls are not among them. */
export class RequestLog {
  readonly #limit: number;
  /** A ring: no more is kept than is shown, and nothing is copied. */
  #ring: (LoggedRequest | undefined)[] = [];
  #count = 0;

  /** @param limit requests kept */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param make makes the entry with its number. Copying an entry to add the number costs a tenth of a request. */
  add(make: (number: number) => LoggedRequest): LoggedRequest {
    this.#count += 1;
    const entry = make(this.#count);
    if (this.#limit > 0) this.#ring[(this.#count - 1) % this.#limit] = entry;
    return entry;
  }

  /** The requests in the log, oldest first. */
  list(): LoggedRequest[] {
    const oldest = this.#limit > 0 ? this.#count % this.#limit : 0;
    const entries = [...this.#ring.slice(oldest), ...this.#ring.slice(0, oldest)];
    return entries.filter((entry) => entry !== undefined);
  }

  /** Forgets one account's requests; later ones keep their numbers. */
  forgetAccount(account: string): void {
    this.#ring = this.#ring.map((entry) => (entry?.account === account ? undefined : entry));
  }

  /** Number of requests since the start or the last reset, including those that the log has dropped. */
  get count(): number {
    return this.#count;
  }

  /** Number of requests that the log has dropped because there were too many. */
  get dropped(): number {
    return Math.max(0, this.#count - this.#limit);
  }

  clear(): void {
    this.#ring = [];
    this.#count = 0;
  }
}
