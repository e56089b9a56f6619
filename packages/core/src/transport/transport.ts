import type { Dialect, paths } from "@klingkit/spec";
import { dialectPath } from "@klingkit/spec/client";
import createClient, { type Client } from "openapi-fetch";
import { throwIfAborted } from "../abort.js";
import { type Authentication, tokenOf } from "../authentication.js";
import type { Clock } from "../clock.js";
import { AbortedError, KlingkitError, type PartialHandle, RefusedError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { Secret } from "../secret.js";
import { connectionError, timeoutError } from "./connection.js";
import type { RawAnswer } from "./interpret.js";
import { type Answer, type Asked, judge } from "./judge.js";
import { retryAfterMs } from "./retry-after.js";
import type { Redact } from "./without-keys.js";

export interface TransportOptions {
  readonly authentication: Authentication;
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly emit: (event: KlingEvent) => void;
}

export interface Call extends Asked {
  /** Contract path, `/kling/v1/…`, with `{id}` for one task. */
  readonly path: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON text. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal | undefined;
  /** What an abort during the request names: the task that may have been made. */
  readonly handle?: PartialHandle;
  /** Resolves when a repeat with a new token may leave. Default: at once. */
  readonly turn?: (() => Promise<void>) | undefined;
}

/** openapi-fetch's call for paths that are only known at run time. */
type UntypedRequest = (
  method: string,
  path: string,
  init: Record<string, unknown>,
) => Promise<{ readonly error?: unknown; readonly response: Response }>;

/** Stands in for `Request` in openapi-fetch: `fetch` makes one of its own, and making two is a tenth of a call's time. */
class Parts {
  readonly url: string;
  readonly init: RequestInit;

  constructor(url: string, init: RequestInit) {
    this.url = url;
    this.init = init;
  }
}

/** One request in, data or a KlingkitError out: the only place that talks HTTP and the only caller of openapi-fetch. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #request: UntypedRequest;

  constructor(options: TransportOptions) {
    this.#options = options;
    const { baseUrl, fetch } = options;
    const client: Client<paths> = createClient<paths>({
      baseUrl,
      Request: Parts as unknown as typeof Request,
      fetch: (parts) => fetch(parts.url, (parts as unknown as Parts).init),
    });
    this.#request = client.request as unknown as UntypedRequest;
  }

  /** A text from outside, without the keys should it hold them. */
  readonly redact: Redact = (text) => {
    try {
      return this.#options.authentication.redact?.(text) ?? text;
    } catch {
      return text;
    }
  };

  /** A token that the server no longer takes is signed anew, once. @throws KlingkitError and nothing else */
  async call(call: Call): Promise<Answer> {
    const { authentication } = this.#options;
    try {
      return await this.#callOnce(call);
    } catch (error) {
      if (!authentication.renew || !refusesToken(error)) throw error;
      try {
        authentication.renew();
      } catch {
        throw error;
      }
      await call.turn?.();
      return this.#callOnce(call);
    }
  }

  async #callOnce(call: Call): Promise<Answer> {
    const { clock, dialect, emit, authentication } = this.#options;
    // Signing is no part of the request's time.
    const made = tokenOf(authentication, clock.now());
    const token = made instanceof Secret ? made : await made;
    const redact = (text: string) => token.redact(this.redact(text));
    throwIfAborted(call.signal);
    const { method } = call;
    const path = dialectPath(call.path, dialect);
    const started = clock.now();
    emit({ type: "request", method, path, attempt: call.attempt });
    // An observer may have aborted.
    throwIfAborted(call.signal);
    const { answer, headers } = await this.#limited({ ...call, redact }, (signal) =>
      this.#send(call, path, { token, signal }),
    );
    emit({ type: "response", method, path, status: answer.status, ms: clock.now() - started });
    const retryAfter = retryAfterMs(headers.get("retry-after"), clock.now());
    return judge(answer, call, { retryAfterMs: retryAfter, redact });
  }

  /** Work under the caller's signal and the call's own time limit; both end it also where the transport ignores them. */
  async #limited<T>(
    { signal, timeoutMs, handle, redact }: Call & { readonly redact: Redact },
    work: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { clock, baseUrl } = this.#options;
    const request = new AbortController();
    let end = () => {};
    try {
      return await new Promise<T>((resolve, reject) => {
        const onAbort = () => reject(new AbortedError(signal?.reason, handle));
        signal?.addEventListener("abort", onAbort);
        const stopTimer = clock.after(timeoutMs, () => reject(timeoutError(baseUrl, timeoutMs)));
        end = () => {
          stopTimer();
          signal?.removeEventListener("abort", onAbort);
        };
        work(request.signal).then(resolve, reject);
      });
    } catch (cause) {
      request.abort();
      throw KlingkitError.isInstance(cause) ? cause : connectionError(cause, baseUrl, redact);
    } finally {
      end();
    }
  }

  async #send(
    call: Call,
    path: string,
    { token, signal }: { readonly token: Secret; readonly signal: AbortSignal },
  ): Promise<{ answer: RawAnswer; headers: Headers }> {
    const { error, response } = await this.#request(call.method.toLowerCase(), path, {
      params: { path: { id: call.id }, query: call.query },
      body: call.body,
      bodySerializer: String,
      headers: { authorization: `Bearer ${token.reveal()}` },
      // The body is read here, not by openapi-fetch: it would round long ids and throw on HTML.
      parseAs: "stream",
      redirect: "manual",
      signal,
    });
    const { status, headers, type } = response;
    // openapi-fetch has already read and perhaps parsed the body of an error status.
    const read = typeof error === "string" ? error : (JSON.stringify(error) ?? "");
    const text = response.bodyUsed ? read : await response.text();
    return {
      answer: { status, text, redirect: type === "opaqueredirect" || (status >= 300 && status < 400) },
      headers,
    };
  }
}

/** A refusal that says only that the token's time has passed, or not come. */
function refusesToken(error: unknown): boolean {
  return error instanceof RefusedError && /^token-(expired|not-yet-valid)$/.test(error.code);
}
