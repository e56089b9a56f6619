import type { Dialect, paths } from "@klingkit/spec";
import { dialectPath } from "@klingkit/spec/client";
import createClient, { type Client, type Middleware } from "openapi-fetch";
import { ConnectionError, RefusedError } from "../errors/index.js";
import type { KlingEvent } from "../events.js";
import { throwIfAborted } from "../lib/clock.js";
import { toJson } from "../lib/json.js";
import type { Clock } from "../ports.js";
import type { Keys, Token } from "./authentication.js";
import { type JudgedResponse, type Judging, judge } from "./judge.js";
import { limited, readAnswer } from "./limits.js";
import type { KeyFilter } from "./without-keys.js";

export interface HttpOptions {
  readonly keys: Keys;
  readonly baseUrl: string;
  readonly dialect: Dialect;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly maxAnswerBytes: number;
  readonly emit: (event: KlingEvent) => void;
}

/** The properties of one request, besides its address and body. */
export interface Exchange extends Judging {
  /** Contract path, `/kling/v1/…`, with `{id}` for one task. */
  readonly path: string;
  readonly timeoutMs: number;
  readonly attempt: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Called before the request is sent once more with a new token; resolves to whether it may be sent. Default: it may.
   */
  readonly mayRepeat?: (() => Promise<boolean>) | undefined;
  /** Called when the request is sent. If it throws, the request is not sent. */
  readonly onSend?: () => void;
}

/** klingkit's part of a request, to be given to openapi-fetch with the caller's own parameters and body. */
export interface Pipe {
  readonly middleware: Middleware[];
  readonly fetch: (request: Request) => Promise<Response>;
  /** openapi-fetch leaves the body alone: the middleware has read it. */
  readonly parseAs: "stream";
}

/**
 * openapi-fetch makes this object instead of a Request. A Request costs a tenth of a whole call, has a signal and a
 * stream that are not used, and must be taken apart again, because a caller's own `fetch` may be of another library.
 */
class Draft {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null | undefined;

  constructor(url: string, { method, headers, body }: Pick<Request, "method" | "headers" | "body">) {
    this.url = url;
    this.method = method;
    this.headers = headers;
    this.body = body;
  }
}

/**
 * The only place that sends HTTP requests: openapi-fetch, with middleware that adds the key, limits the size of the
 * answer and judges it.
 */
export class Http {
  readonly #options: HttpOptions;
  readonly #client: Client<paths>;

  constructor(options: HttpOptions) {
    this.#options = options;
    noStore ??= tryNoStore();
    this.#client = createClient<paths>({
      baseUrl: options.baseUrl,
      Request: Draft as typeof Request,
      bodySerializer: (body) => toJson(body),
    });
  }

  /** Takes the keys out of a text from outside. */
  get keys(): KeyFilter {
    return this.#options.keys;
  }

  /**
   * Sends one request and returns its answer, which is a success. If the server refuses an expired token, a new one is
   * signed once.
   * @throws KlingkitError and nothing else
   */
  async exchange<T>(exchange: Exchange, send: (client: Client<paths>, pipe: Pipe) => Promise<T>): Promise<T> {
    const { clock, dialect, emit, keys, baseUrl } = this.#options;
    const { method, attempt, signal } = exchange;
    const path = dialectPath(exchange.path, dialect);
    for (let wasRenewed = false; ; wasRenewed = true) {
      throwIfAborted(signal);
      // Making a token is no part of the request's time; a function of the caller's has the same limit.
      const made = keys.token(clock.now());
      const token = made instanceof Promise ? await this.#inTime(made, exchange) : made;
      throwIfAborted(signal);
      emit({ type: "request", method, path, attempt });
      // An observer may have aborted.
      throwIfAborted(signal);
      try {
        return await limited({ ...exchange, clock, address: baseUrl, keys: token }, (ending) =>
          send(this.#client, this.#pipe(exchange, token, ending)),
        );
      } catch (error) {
        if (error instanceof ConnectionError) emit({ type: "no-answer", method, path, code: error.code });
        if (wasRenewed || !this.#renewsToken(error) || (await exchange.mayRepeat?.()) === false) throw error;
      }
    }
  }

  #inTime(token: Promise<Token>, exchange: Exchange): Promise<Token> {
    const { keys, clock } = this.#options;
    if (keys.alwaysEnds) return token;
    const named = { address: "The bearer function of apiKey", neverSent: true };
    return limited({ ...exchange, ...named, clock, keys }, () => token);
  }

  #pipe(exchange: Exchange, token: Token, signal: AbortSignal): Pipe {
    const { clock, dialect, emit, fetch, baseUrl, maxAnswerBytes } = this.#options;
    const { method } = exchange;
    const path = dialectPath(exchange.path, dialect);
    const started = clock.now();
    return {
      parseAs: "stream",
      middleware: [
        {
          onRequest({ request }) {
            request.headers.set("authorization", `Bearer ${token.reveal()}`);
          },
          async onResponse({ response }) {
            const raw = await readAnswer(response, method, maxAnswerBytes);
            emit({ type: "response", method, path, status: raw.status, ms: clock.now() - started });
            const answer = judge(raw, exchange, { now: clock.now(), keys: token });
            Object.assign(response, { answer, json: async () => answer.body } satisfies Partial<JudgedResponse>);
          },
        },
      ],
      fetch({ url, method, headers, body }) {
        const address = baseUrl + dialectPath(url.slice(baseUrl.length), dialect);
        exchange.onSend?.();
        return fetch(address, { method, headers, redirect: "manual", signal, ...noStore, ...(body ? { body } : {}) });
      },
    };
  }

  /** Whether the error says only that the token's time has passed, or not come, and another one can be made. */
  #renewsToken(error: unknown): boolean {
    if (!(error instanceof RefusedError) || !/^token-(expired|not-yet-valid)$/.test(error.code)) return false;
    return this.#options.keys.renew();
  }
}

let noStore: RequestInit | undefined;

/**
 * Prevents a framework from answering a query from its cache: Next 13 and 14 would, and a wait would never end. Older
 * workerd throws at this option, so it is tried; the name of a runtime does not tell.
 */
function tryNoStore(): RequestInit {
  try {
    return new Request("https://localhost/", { cache: "no-store" }) && { cache: "no-store" };
  } catch {
    return {};
  }
}
