/** A request as the engine sees it: plain, so that no host pays for a conversion it does not need. */
export interface MockRequest {
  readonly method: string;
  /** Path without the query, percent-encoding kept. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array | undefined;
  /** Where the caller found the simulator: scheme, host and mount point. Result addresses start with it. */
  readonly origin: string;
}

/** An answer before a host has turned it into bytes on a wire. */
export interface MockAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Milliseconds the host waits before it answers. */
  readonly delayMs?: number;
  /** The host cuts the connection instead of answering. */
  readonly reset?: boolean;
}

const json = { "content-type": "application/json; charset=utf-8" };

export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): MockAnswer {
  return { status, headers: { ...json, ...headers }, body: JSON.stringify(body) };
}

export function htmlAnswer(status: number, body: string): MockAnswer {
  return { status, headers: { "content-type": "text/html; charset=utf-8" }, body };
}
