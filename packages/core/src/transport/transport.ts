import type { Dialect, paths } from "@klingkit/spec";
import { dialectPath } from "@klingkit/spec";
import createClient, { type Client } from "openapi-fetch";
import type { Authentication } from "../authentication.js";
import type { Clock } from "../clock.js";
import { AbortedError, type KlingkitError, RefusedError, ResponseFormatError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { type CallKind, classify, judgeByStatus } from "./classify.js";
import { connectionError, timeoutError } from "./connection.js";
import { interpret, type RawAnswer } from "./interpret.js";
import { retryAfterMs } from "./retry-after.js";

export interface TransportOptions {
  readonly authentication: Authentication;
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly emit: (event: KlingEvent) => void;
}

export interface Call {
  readonly method: "GET" | "POST";
  /** Contract path, `/kling/v1/…`, with `{id}` for one task. */
  readonly path: string;
  readonly id?: string;
  readonly query?: Readonly<Record<string, unknown>>;
  /** JSON text. */
  readonly body?: string;
  readonly kind: CallKind;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal | undefined;
  /** What to do about a redirect, where that need not mean a wrong base URL. */
  readonly redirectRemedy?: string;
}

interface SignedCall extends Call {
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly requestId: string | undefined;
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
    return this.#judge(answer, headers, call);
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

  #judge(answer: RawAnswer, headers: Headers, call: Call): Answer {
    const said = interpret(answer);
    if (said.kind === "success") return { ...said, status: answer.status };
    const common = {
      status: answer.status,
      retryAfterMs: retryAfterMs(headers.get("retry-after"), this.#options.clock.now()),
    };
    if (said.kind === "refused") {
      const { code, retry, remedy } = classify(said, answer.status, call.kind);
      const what = `The provider refused: ${sentence(this.#redact(said.message) || code)}`;
      const { providerCode, requestId } = said;
      throw new RefusedError(what, { ...common, code, retry, remedy, providerCode, requestId });
    }
    throw formatError(said.what, answer, call, common);
  }
}

/** A refusal that says only that the token's time has passed, or not come. */
function refusesToken({ code }: RefusedError): boolean {
  return code === "token-expired" || code === "token-not-yet-valid";
}

/** A redirect means a wrong address (nothing was done there); any other unreadable answer is judged by its status. */
function formatError(
  what: string,
  answer: RawAnswer,
  { kind, redirectRemedy }: Call,
  common: { readonly status: number; readonly retryAfterMs: number | undefined },
): KlingkitError {
  const sentenceText = `The answer (HTTP ${answer.status}) is ${what}.`;
  if (answer.redirect) {
    const remedy = redirectRemedy ?? "Check the base URL: it is the origin alone, without a path.";
    return new ResponseFormatError(sentenceText, { ...common, code: "wrong-address", retry: "after-fix", remedy });
  }
  const verdict =
    kind === "create" ? judgeByStatus(500, kind) : { retry: "after-delay" as const, remedy: "Try again later." };
  return new ResponseFormatError(sentenceText, { ...common, code: "response-format", ...verdict });
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

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
