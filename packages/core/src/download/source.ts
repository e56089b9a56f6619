import { throwIfAborted } from "../abort.js";
import { ConnectionError } from "../errors/index.js";
import type { OperationContext } from "../operations/context.js";
import { pauseBeforeRetry, retrying } from "../retry.js";
import { resultExpiry } from "./address.js";
import { badMedia, changed, cutOff, downloadError, hostRefused, tooLarge } from "./download-errors.js";
import { fetchFollowing } from "./follow.js";
import { mediaProblem, signatureLength } from "./media-kind.js";

export interface SourceOptions {
  readonly signal: AbortSignal | undefined;
  readonly maxBytes: number;
}

/** After so many new bytes a cut counts as the first one. */
const fairShare = 1_048_576;

/** The bytes of a result, over as many connections as it takes. */
export class Source {
  readonly #context: OperationContext;
  readonly #url: URL;
  readonly #maxBytes: number;
  readonly #life = new AbortController();
  /** Aborted by the caller, or because nobody wants the rest. */
  readonly #signal: AbortSignal;
  size: number | undefined;
  contentType: string | undefined;
  received = 0;
  #validator: string | undefined;
  /** Bytes of a compressed body can't be asked for from the middle. */
  #isPlain = true;
  /** Bytes that the server sends again although they are here. */
  #skip = 0;
  #cuts = 0;
  #receivedAtCut = 0;
  /** Held back until it is certain what they are. */
  #head: Uint8Array<ArrayBuffer> | undefined = new Uint8Array();
  #connection = new AbortController();
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  constructor(context: OperationContext, url: URL, options: SourceOptions) {
    this.#context = context;
    this.#url = url;
    this.#maxBytes = options.maxBytes;
    this.#signal = AbortSignal.any([this.#life.signal, ...(options.signal ? [options.signal] : [])]);
  }

  /** Asks for the bytes that are not here yet; transient faults are repeated. */
  async open(): Promise<void> {
    await retrying(this.#context, this.#signal, () => this.#connect());
    this.#tell(this.received === 0 ? "started" : "resumed");
  }

  /** The next bytes, undefined at the end. @throws KlingkitError */
  async read(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (;;) {
      try {
        const { value } = this.#reader ? await this.#soon(this.#reader.read()) : { value: undefined };
        const bytes = value ? this.#take(new Uint8Array(value)) : this.#finish();
        if (bytes === undefined || bytes.length > 0) return bytes;
      } catch (cause) {
        await this.#afterCut(downloadError(cause, this.#signal));
      }
    }
  }

  /** Nothing is left after this: no request, no timer. */
  cancel(): void {
    this.#life.abort();
  }

  async #connect(): Promise<void> {
    throwIfAborted(this.#signal);
    this.#connection = new AbortController();
    const signal = AbortSignal.any([this.#connection.signal, this.#signal]);
    const headers: Record<string, string> = {};
    if (this.received > 0) headers.range = `bytes=${this.received}-`;
    if (this.received > 0 && this.#validator) headers["if-range"] = this.#validator;
    const request = { headers, credentials: "omit", signal } as const;
    try {
      const response = await this.#soon(fetchFollowing(this.#context.fetch, this.#url, request));
      const isWhole = this.received > 0 && response.status === 416 && wholeSize(response) === this.received;
      if (isWhole) this.size = this.received;
      else this.#check(response);
      this.#reader = isWhole ? undefined : response.body?.getReader();
    } catch (cause) {
      this.#connection.abort();
      throw downloadError(cause, this.#signal);
    }
  }

  #check(response: Response): void {
    const { ok, status } = response;
    const expiry = resultExpiry(this.#url);
    const isOver = expiry !== undefined && expiry.getTime() < this.#context.clock.now();
    if (status === 416 && this.received > 0) throw changed();
    if (!ok) throw hostRefused(status, isOver ? expiry : undefined);
    if (this.received === 0) this.#begin(response);
    else this.#goOn(response);
  }

  #begin({ headers }: Response): void {
    this.contentType = headers.get("content-type") ?? undefined;
    this.#isPlain = !headers.has("content-encoding");
    // Of a compressed body the length says nothing about the bytes that come out.
    this.size = this.#isPlain ? wholeNumber(headers.get("content-length")) : undefined;
    const tag = headers.get("etag") ?? undefined;
    this.#validator = tag?.startsWith("W/") ? undefined : (tag ?? headers.get("last-modified") ?? undefined);
    if ((this.size ?? 0) > this.#maxBytes) throw tooLarge(this.#maxBytes);
  }

  /** The rest, or everything once more: it must be the same file. */
  #goOn(response: Response): void {
    const { status, headers } = response;
    const start = /^bytes (\d+)-/.exec(headers.get("content-range") ?? "")?.[1];
    const size = status === 206 ? wholeSize(response) : wholeNumber(headers.get("content-length"));
    if (status === 206 && Number(start) !== this.received) throw changed();
    if (this.size !== undefined && size !== undefined && size !== this.size) throw changed();
    if (status !== 206 && (this.#validator ?? "") !== (headers.get("etag") ?? headers.get("last-modified") ?? ""))
      throw changed();
    this.#skip = status === 206 ? 0 : this.received;
  }

  #take(value: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const bytes = value.subarray(this.#skip);
    this.#skip -= value.length - bytes.length;
    this.received += bytes.length;
    if (this.size !== undefined && this.received > this.size)
      throw badMedia(`More than the ${this.size} bytes came that were announced.`);
    if (this.received > this.#maxBytes) throw tooLarge(this.#maxBytes);
    if (!this.#head) return bytes;
    this.#head = joined(this.#head, bytes);
    return this.#head.length < signatureLength ? new Uint8Array() : this.#release();
  }

  #finish(): Uint8Array<ArrayBuffer> | undefined {
    if (this.received === 0) throw cutOff("Nothing came.");
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
    if (this.received - this.#receivedAtCut >= fairShare) this.#cuts = 0;
    this.#cuts += 1;
    this.#receivedAtCut = this.received;
    if (!(error instanceof ConnectionError) || !this.#isPlain || this.#cuts >= this.#context.retry.attempts)
      throw error;
    await pauseBeforeRetry(this.#context, this.#signal, { attempt: this.#cuts, error });
    await this.open();
  }

  /** A server that sends nothing for as long as a request may take has cut the connection. */
  #soon<T>(work: Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#context;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => reject(cutOff(`Nothing came for ${timeoutMs} ms.`)));
      work.then(resolve, reject).finally(cancel);
    });
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

/** The size of the whole file, by an answer about a part of it. */
function wholeSize({ headers }: Response): number | undefined {
  return wholeNumber(headers.get("content-range")?.split("/")[1] ?? null);
}

function wholeNumber(text: string | null): number | undefined {
  return text !== null && /^\d+$/.test(text) ? Number(text) : undefined;
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
