import type { Dialect, paths } from "@klingkit/spec";
import { dialectPath } from "@klingkit/spec/client";
import createClient, { type Client, type Middleware } from "openapi-fetch";
import { throwIfAborted } from "../abort.js";
import { RefusedError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { toJson } from "../lib/json.js";
import { Secret } from "../lib/secret.js";
import type { Authentication, Clock } from "../ports.js";
import { tokenOf } from "./authentication.js";
import { type Judging, judge } from "./judge.js";
import { limited } from "./limited.js";
import { noStore } from "./no-store.js";
import { readAnswer } from "./read-answer.js";
import type { Redact } from "./without-keys.js";

export interface HttpOptions {
  readonly authentication: Authentication;
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly maxAnswerBytes: number;
  readonly emit: (event: KlingEvent) => void;
}

/** What one request needs besides its address and body. */
export interface Exchange extends Judging {
  /** Contract path, `/kling/v1/…`, with `{id}` for one task. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal | undefined;
  /** Asked before the request is sent once more with a new token: resolves to whether it may be. Default: it may. */
  readonly mayRepeat?: (() => Promise<boolean>) | undefined;
  /** Called when the request leaves; what it throws keeps the request from leaving. */
  readonly onSend?: () => void;
}

/** klingkit's part of a request, to be given to openapi-fetch with the caller's own parameters and body. */
export interface Pipe {
  readonly middleware: Middleware[];
  readonly fetch: (request: Request) => Promise<Response>;
  readonly bodySerializer: (body: unknown) => string;
}

/** The only place that talks HTTP: openapi-fetch, with middleware that adds the key, bounds the answer and judges it. */
export class Http {
  readonly #options: HttpOptions;
  readonly #client: Client<paths>;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#client = createClient<paths>({ baseUrl: options.baseUrl, redirect: "manual" });
  }

  /** A text from outside, without the keys should it hold them. */
  readonly redact: Redact = (text) => {
    try {
      return this.#options.authentication.redact?.(text) ?? text;
    } catch {
      return text;
    }
  };

  /**
   * One request and its answer, which is a success. A token that the server no longer takes is signed again, once.
   * @throws KlingkitError and nothing else
   */
  async exchange<T>(exchange: Exchange, send: (client: Client<paths>, pipe: Pipe) => Promise<T>): Promise<T> {
    try {
      return await this.#exchangeOnce(exchange, send);
    } catch (error) {
      if (!this.#renewsToken(error) || (await exchange.mayRepeat?.()) === false) throw error;
      return this.#exchangeOnce(exchange, send);
    }
  }

  async #exchangeOnce<T>(exchange: Exchange, send: (client: Client<paths>, pipe: Pipe) => Promise<T>): Promise<T> {
    const { clock, dialect, emit, authentication, baseUrl } = this.#options;
    const { method, attempt, signal } = exchange;
    // Signing is no part of the request's time.
    const made = tokenOf(authentication, clock.now());
    const token = made instanceof Secret ? made : await made;
    throwIfAborted(signal);
    emit({ type: "request", method, path: dialectPath(exchange.path, dialect), attempt });
    // An observer may have aborted.
    throwIfAborted(signal);
    const redact = (text: string) => token.redact(this.redact(text));
    return limited({ ...exchange, clock, baseUrl, redact }, (ending) =>
      send(this.#client, this.#pipe(exchange, { token, redact, signal: ending })),
    );
  }

  #pipe(
    exchange: Exchange,
    { token, redact, signal }: { readonly token: Secret; readonly redact: Redact; readonly signal: AbortSignal },
  ): Pipe {
    const { clock, dialect, emit, fetch, baseUrl, maxAnswerBytes } = this.#options;
    const { method } = exchange;
    const path = dialectPath(exchange.path, dialect);
    const started = clock.now();
    let text: string | undefined;
    return {
      bodySerializer(body) {
        text = toJson(body);
        return text;
      },
      middleware: [
        {
          onRequest({ request }) {
            request.headers.set("authorization", `Bearer ${token.reveal()}`);
          },
          async onResponse({ response }) {
            const answer = await readAnswer(response, method, maxAnswerBytes);
            emit({ type: "response", method, path, status: answer.status, ms: clock.now() - started });
            return judge(answer, exchange, { now: clock.now(), redact });
          },
        },
      ],
      // A caller's own `fetch` may be of another make, and takes no Request of this one.
      fetch: ({ url, method, headers, redirect }) => {
        const address = baseUrl + dialectPath(url.slice(baseUrl.length), dialect);
        exchange.onSend?.();
        const body = text === undefined ? {} : { body: text };
        return fetch(address, { method, headers, redirect, signal, ...noStore(), ...body });
      },
    };
  }

  /** Whether the error says only that the token's time has passed, or not come, and another one can be made. */
  #renewsToken(error: unknown): boolean {
    const { authentication } = this.#options;
    if (!authentication.renew || !(error instanceof RefusedError)) return false;
    if (!/^token-(expired|not-yet-valid)$/.test(error.code)) return false;
    try {
      authentication.renew();
      return true;
    } catch {
      return false;
    }
  }
}
