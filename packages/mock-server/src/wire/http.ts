/** Origin of requests and results in process, where nothing listens on a port. */
export const inProcessOrigin = "https://mock.klingkit.invalid";

/** Paths of the control API start with this. */
export const controlPrefix = "/__mock/";

/** A request as the engine sees it: plain, so that no host pays for a conversion it does not need. */
export interface MockRequest {
  readonly method: string;
  /** Path without the query, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array | undefined;
  /** The body while it comes, in place of `body`, where it may be longer than a text can be: see `isReadInPieces`. */
  readonly pieces?: AsyncIterable<Uint8Array>;
  /** Where the caller found the simulator: scheme, host and mount point. Result addresses start with it. */
  readonly origin: string;
}

/** An answer before a host has turned it into bytes on a wire. */
export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** The body's pieces, made while the caller reads them, in place of `body`, which is empty then. */
  readonly pieces?: Iterable<string>;
  /** Milliseconds the host waits before it answers. */
  readonly delayMs?: number;
  /** The host cuts the connection instead of answering. */
  readonly reset?: boolean;
  /** The host cuts the connection in the middle of the body, whose whole length it has promised. */
  readonly cut?: boolean;
  /** The host behaves as if nothing were listening; one that can't gives the answer, which says that it can't. */
  readonly refused?: boolean;
  /** Milliseconds over which the host spreads the body, in ten pieces. */
  readonly dripMs?: number;
  /**
   * Set for a body without an end. The host calls it once, with a function that writes to the caller; the text is made only
   * if it is written. It returns a function that the host calls when the caller has gone.
   */
  readonly stream?: (write: (text: () => string) => void) => () => void;
  /** With `stream`: the text that replaces everything a slow reader has missed. */
  readonly missed?: () => string;
}

/** What answers requests, for hosts. */
export interface Answerer {
  handle(request: MockRequest): MockAnswer | Promise<MockAnswer>;
  /** Aborted when it was closed; the reason is what a `fetch` then throws. Default: it never is. */
  readonly closed?: AbortSignal;
}

/** Bytes of a stream that a host keeps for its reader. Later ones are dropped, and `missed` is sent in their place. */
export const mostUnreadBytes = 1 << 20;

type Headers = Readonly<Record<string, string>>;

/** The headers of most answers: one shared object, so that hosts can convert it once. */
const jsonHeaders: Headers = { "content-type": "application/json; charset=utf-8" };

export function jsonAnswer(status: number, body: unknown, headers?: Headers): MockAnswer {
  return { status, headers: headers ? { ...jsonHeaders, ...headers } : jsonHeaders, body: JSON.stringify(body) };
}

/** What the provider answers where nothing is wrong. An element's id is a number there, longer than a JavaScript number holds. */
export function wireAnswer(body: unknown): MockAnswer {
  const text = JSON.stringify(body).replaceAll(/"element_id":"(\d{16,})"/g, '"element_id":$1');
  return { status: 200, headers: jsonHeaders, body: text };
}

export function htmlAnswer(status: number, body: string): MockAnswer {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}

/** A complaint of the simulator's own, in a shape no provider uses. */
export function mockError(status: number, code: string, message: string): MockAnswer {
  return jsonAnswer(status, { error: { code, message, type: "klingkit_mock_error" } });
}

export function byteLength(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).length : body.length;
}

/** A body in ten pieces, as near the same length as can be; fewer where it is shorter. */
export function piecesOf(body: string | Uint8Array): Uint8Array<ArrayBuffer>[] {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const size = Math.max(1, Math.ceil(bytes.length / 10));
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}
