import { onAbort } from "@klingkit/spec/web";
import type { ClientContext } from "../context.js";
import { AbortedError, ConnectionError } from "../errors/index.js";
import { pauseBeforeRetry, repeating } from "../http/retry.js";
import { throwIfAborted } from "../lib/clock.js";
import { concatBytes } from "../lib/concat-bytes.js";
import { type AddressPolicy, resultExpiry } from "./address.js";
import { checksumOf, emptyChecksum } from "./checksum.js";
import { badMedia, changed, cutOff, downloadError, hostRefused, tooLarge } from "./download-errors.js";
import { fetchFollowing } from "./follow.js";
import { mediaProblem, signatureLength } from "./media-kind.js";
import { startOf, strongTag, wholeNumber, wholeSize } from "./response.js";

export interface SourceOptions {
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number;
  readonly policy: AddressPolicy;
  /** When the task ended, in Unix milliseconds, where that is known. */
  readonly endedAt: number | undefined;
}

/** After this many new bytes the count of cuts starts again. */
const enoughProgress = 1_048_576;

/** The bytes of a result, over as many connections as it takes. */
export class Source {
  readonly #context: ClientContext;
  readonly #url: URL;
  readonly #options: SourceOptions;
  /** Aborted by the caller, or when the reader stops reading. */
  readonly #life = new AbortController();
  size: number | undefined;
  contentType: string | undefined;
  received = 0;
  /** The version of the file, where its host names it so that parts of it may be joined (RFC 9110, 8.8.1). */
  #strongTag: string | undefined;
  /** Checksums of the bytes received, and of those the server sends a second time. */
  #sum = emptyChecksum;
  #sumAgain = emptyChecksum;
  /** How many of the next bytes are here already, because the server sends them a second time. */
  #skip = 0;
  #cuts = 0;
  #receivedAtCut = 0;
  /** The first bytes, held back until the kind of file is known. Undefined once they are given out. */
  #head: Uint8Array<ArrayBuffer> | undefined = new Uint8Array();
  #connection = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(context: ClientContext, url: URL, options: SourceOptions) {
    this.#context = context;
    this.#url = url;
    this.#options = options;
    this.#life.signal.addEventListener("abort", () => this.#connection.abort());
  }

  /** Asks for the bytes that are not here yet; transient faults are repeated. */
  open(): Promise<void> {
    return this.#abortable(() => this.#open());
  }

  /** The next bytes, undefined at the end. @throws KlingkitError */
  read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#abortable(() => this.#read());
  }

  /** Nothing is left after this: no request, no timer. */
  cancel(): void {
    this.#life.abort();
  }

  /** Listens to the caller's signal only while something is done, so that nothing piles up on a long-lived one. */
  async #abortable<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    if (signal?.aborted) this.#life.abort(signal.reason);
    const stop = onAbort(signal, () => this.#life.abort(signal?.reason));
    try {
      return await work();
    } finally {
      stop();
    }
  }

  async #open(): Promise<void> {
    await repeating(this.#context, this.#life.signal, () => this.#connect());
    this.#tell(this.received === 0 ? "started" : "resumed");
  }

  async #read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      try {
        throwIfAborted(this.#life.signal);
        const { value } = this.#reader ? await this.#soon(this.#reader.read()) : { value: undefined };
        const bytes = value ? this.#take(new Uint8Array(value)) : this.#finish();
        if (bytes === undefined || bytes.length > 0) return bytes;
      } catch (cause) {
        await this.#afterCut(downloadError(cause, this.#life.signal));
      }
    }
  }

  async #connect(): Promise<void> {
    const { signal } = this.#life;
    throwIfAborted(signal);
    this.#connection = new AbortController();
    const request = { headers: this.#headers(), credentials: "omit", signal: this.#connection.signal } as const;
    const following = { fetch: this.#context.fetch, policy: this.#options.policy };
    try {
      const response = await this.#soon(fetchFollowing(following, this.#url, request));
      const isWhole = this.received > 0 && response.status === 416 && wholeSize(response) === this.received;
      if (isWhole) {
        this.size = this.received;
        // The body is not needed. Unread, it would keep the connection open.
        response.body?.cancel().catch(() => {});
      } else await this.#check(response);
      this.#reader = isWhole ? undefined : response.body?.getReader();
    } catch (cause) {
      this.#connection.abort();
      throw downloadError(cause, signal);
    }
  }

  /** Only parts of a version that has a strong tag may be joined; without one, everything is asked for again. */
  #headers(): Record<string, string> {
    if (this.received === 0) return {};
    const tag = this.#strongTag;
    return tag === undefined ? { range: "bytes=0-" } : { range: `bytes=${this.received}-`, "if-range": tag };
  }

  async #check(response: Response): Promise<void> {
    const { ok, status } = response;
    if (status === 416 && this.received > 0) throw changed();
    if (!ok) throw await this.#refused(response);
    if (this.received === 0) this.#begin(response);
    else this.#goOn(response);
  }

  async #refused({ status, body }: Response) {
    const { endedAt } = this.#options;
    const now = this.#context.clock.now();
    const expiry = resultExpiry(this.#url);
    return hostRefused(status, {
      body: await this.#soon(startOf(body)).catch(() => ""),
      expiry: expiry !== undefined && expiry.getTime() < now ? expiry : undefined,
      age: now - (endedAt ?? now),
    });
  }

  #begin(response: Response): void {
    const { headers } = response;
    this.contentType = headers.get("content-type") ?? undefined;
    // Of a compressed body neither length nor ranges say anything about the bytes that come out.
    const isPlain = !headers.has("content-encoding");
    // A part that nobody asked for says how long the whole is.
    this.size = isPlain ? (wholeSize(response) ?? wholeNumber(headers.get("content-length"))) : undefined;
    this.#strongTag = isPlain ? strongTag(headers) : undefined;
    if ((this.size ?? 0) > this.#options.maxBytes) throw tooLarge(this.#options.maxBytes);
  }

  /** The rest, or everything once more: what is here already is compared, and must be the same. */
  #goOn(response: Response): void {
    const { status, headers } = response;
    const isPart = status === 206;
    const start = isPart ? Number(/^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1]) : 0;
    if (start !== 0 && (start !== this.received || strongTag(headers) !== this.#strongTag)) {
      if (this.#strongTag === undefined) throw changed();
      this.#strongTag = undefined;
      throw cutOff("Another version of the result came.");
    }
    const size = isPart ? wholeSize(response) : wholeNumber(headers.get("content-length"));
    if (this.size !== undefined && size !== undefined && size !== this.size) throw changed();
    this.#skip = start === 0 ? this.received : 0;
    this.#sumAgain = emptyChecksum;
  }

  #take(value: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const again = value.subarray(0, this.#skip);
    const bytes = value.subarray(again.length);
    this.#sumAgain = checksumOf(again, this.#sumAgain);
    this.#skip -= again.length;
    if (again.length > 0 && this.#skip === 0 && this.#sumAgain !== this.#sum) throw changed();
    this.#sum = checksumOf(bytes, this.#sum);
    this.received += bytes.length;
    if (this.size !== undefined && this.received > this.size)
      throw badMedia(`More than the ${this.size} bytes came that were announced.`);
    if (this.received > this.#options.maxBytes) throw tooLarge(this.#options.maxBytes);
    if (!this.#head) return bytes;
    this.#head = concatBytes([this.#head, bytes]);
    return this.#head.length < signatureLength ? new Uint8Array() : this.#release();
  }

  #finish(): Uint8Array<ArrayBuffer> | undefined {
    if (this.received === 0) throw cutOff("Nothing came.");
    if (this.#skip > 0) throw cutOff(`Only ${this.received - this.#skip} of the ${this.received} bytes came again.`);
    if (this.size !== undefined && this.received < this.size)
      throw cutOff(`Only ${this.received} of ${this.size} bytes came.`);
    if (this.#head) return this.#release();
    this.#tell("done");
    return undefined;
  }

  /** Lets the first bytes go, once they are what was promised. */
  #release(): Uint8Array<ArrayBuffer> {
    const head = this.#head ?? new Uint8Array();
    const problem = mediaProblem(head, this.contentType, this.#url.href);
    if (problem) throw badMedia(problem);
    this.#head = undefined;
    return head;
  }

  async #afterCut(error: Error): Promise<void> {
    this.#connection.abort();
    if (this.received - this.#receivedAtCut >= enoughProgress) this.#cuts = 0;
    this.#cuts += 1;
    this.#receivedAtCut = this.received;
    if (!(error instanceof ConnectionError) || this.#cuts >= this.#context.retry.attempts) throw error;
    await pauseBeforeRetry(this.#context, this.#life.signal, { attempt: this.#cuts, error });
    await this.#open();
  }

  /** Waits for the server, but no longer than a request may take; then the connection counts as cut. */
  #soon<T>(work: Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#context;
    const { signal } = this.#life;
    let end = () => {};
    const limited = new Promise<T>((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => reject(cutOff(`Nothing came for ${timeoutMs} ms.`)));
      const stop = onAbort(signal, () => reject(new AbortedError(signal.reason)));
      end = () => {
        cancel();
        stop();
      };
      work.then(resolve, reject);
    });
    return limited.finally(() => end());
  }

  #tell(state: "started" | "resumed" | "done"): void {
    const { origin, pathname } = this.#url;
    // The query holds a signature.
    this.#context.emit({
      type: "download",
      address: origin + pathname,
      state,
      received: this.received,
      size: this.size,
    });
  }
}
