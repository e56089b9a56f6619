import type { Dialect, paths } from "@klingkit/spec";
import { dialectPath } from "@klingkit/spec/client";
import createClient, { type Client } from "openapi-fetch";
import type { Authentication } from "../authentication.js";
import type { Clock } from "../clock.js";
import { AbortedError, RefusedError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { connectionError, timeoutError } from "./connection.js";
import type { RawAnswer } from "./interpret.js";
import { type Answer, type Asked, judge } from "./judge.js";
import { retryAfterMs } from "./retry-after.js";

export interface TransportOptions {
  readonly authentication: Authentication;
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly emit: (event: KlingEvent) => void;
}

export interface Call extends Asked {
  readonly method: "GET" | "POST";
  /** Contract path, `/kling/v1/…`, with `{id}` for one task. */
  readonly path: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON text. */
  readonly body?: string;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal | undefined;
}

interface SignedCall extends Call {
  readonly token: string;
}

/** openapi-fetch's call for paths that are only known at run time. */
type UntypedRequest = (
  method: string,
  path: string,
  init: Record<string, unknown>,
) => Promise<{ readonly error?: unknown; readonly response: Response }>;

/** One request in, data or a KlingkitError out: the only place that talks HTTP and the only caller of openapi-fetch. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #request: UntypedRequest;

  constructor(options: TransportOptions) {
    this.#options = options;
    const client: Client<paths> = createClient<paths>({ baseUrl: options.baseUrl, fetch: options.fetch });
    this.#request = client.request as unknown as UntypedRequest;
  }

  readonly #redact = (text: string): string => this.#options.authentication.redact(text);

  /** A token that the server no longer takes is signed anew, once. @throws KlingkitError and nothing else */
  async call(call: Call): Promise<Answer> {
    try {
      return await this.#callOnce(call);
    } catch (error) {
      if (error instanceof RefusedError && refusesToken(error) && this.#options.authentication.renew()) {
        return this.#callOnce(call);
      }
      throw error;
    }
  }

  async #callOnce(call: Call): Promise<Answer> {
    if (call.signal?.aborted) throw new AbortedError(call.signal.reason);
    const { clock, emit, authentication } = this.#options;
    const bearer = authentication.bearer(clock.now());
    // Signing is no part of the request's time.
    const token = typeof bearer === "string" ? bearer : await bearer;
    const path = dialectPath(call.path, this.#options.dialect);
    const started = clock.now();
    emit({ type: "request", method: call.method, path, attempt: call.attempt });
    const { answer, headers } = await this.#exchange({ ...call, token }, path);
    emit({ type: "response", method: call.method, path, status: answer.status, ms: clock.now() - started });
    const retryAfter = retryAfterMs(headers.get("retry-after"), clock.now());
    return judge(answer, call, { retryAfterMs: retryAfter, redact: this.#redact });
  }

  /** Sends and reads to the end, under the caller's signal and the call's own time limit. */
  async #exchange(call: SignedCall, path: string): Promise<{ answer: RawAnswer; headers: Headers }> {
    const { clock, baseUrl } = this.#options;
    const limit = new AbortController();
    const timer = new AbortController();
    const onAbort = () => limit.abort(call.signal?.reason);
    if (call.signal?.aborted) onAbort();
    call.signal?.addEventListener("abort", onAbort, { once: true });
    let timedOut = false;
    clock.sleep(call.timeoutMs, timer.signal).then(
      () => {
        timedOut = true;
        limit.abort();
      },
      () => {},
    );
    try {
      return await untilAborted(this.#send(call, path, limit.signal), limit.signal);
    } catch (cause) {
      if (call.signal?.aborted) throw new AbortedError(call.signal.reason);
      throw timedOut ? timeoutError(baseUrl, call.timeoutMs) : connectionError(cause, baseUrl, this.#redact);
    } finally {
      timer.abort();
      call.signal?.removeEventListener("abort", onAbort);
    }
  }

  async #send(call: SignedCall, path: string, signal: AbortSignal): Promise<{ answer: RawAnswer; headers: Headers }> {
    const { error, response } = await this.#request(call.method.toLowerCase(), path, {
      params: { path: call.id === undefined ? {} : { id: call.id }, query: call.query ?? {} },
      ...(call.body === undefined ? {} : { body: call.body }),
      bodySerializer: String,
      headers: { authorization: `Bearer ${call.token}` },
      // The body is read here, not by openapi-fetch: it would round long ids and throw on HTML.
      parseAs: "stream",
      redirect: "manual",
      signal,
    });
    const redirect = response.type === "opaqueredirect" || (response.status >= 300 && response.status < 400);
    const text = response.bodyUsed ? asText(error) : await response.text();
    return { answer: { status: response.status, text, redirect }, headers: response.headers };
  }
}

/** A refusal that says only that the token's time has passed, or not come. */
function refusesToken({ code }: RefusedError): boolean {
  return code === "token-expired" || code === "token-not-yet-valid";
}

/** Ends with the signal even where the transport ignores it. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** openapi-fetch has already read and perhaps parsed the body of an error status. */
function asText(error: unknown): string {
  return typeof error === "string" ? error : (JSON.stringify(error) ?? "");
}
