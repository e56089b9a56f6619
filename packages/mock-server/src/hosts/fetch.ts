import type { Mock } from "../mock.js";
import { type MockAnswer, type MockRequest, piecesOf } from "../wire/http.js";

/** Where results lie when nothing listens anywhere. */
const inProcessOrigin = "https://mock.klingkit.invalid";

/** Marks the transport, so that a client knows that answers cost no time. */
const mockMark = Symbol.for("klingkit.mock");

/**
 * A `fetch` around a simulator: in process, no port. Any host name is answered; a cut connection is a TypeError, as in
 * the real one.
 */
export function createMockFetch(mock: Pick<Mock, "handle">): typeof globalThis.fetch {
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
    signal?.throwIfAborted();
    const redirect = init.redirect ?? (input instanceof Request ? input.redirect : "follow");
    const request = await readRequest(input, init);
    const answer = await mock.handle(request);
    if (answer.delayMs) await delay(answer.delayMs, signal);
    signal?.throwIfAborted();
    if (answer.reset) throw failure("read", "ECONNRESET");
    if (answer.refused) throw failure("connect", "ECONNREFUSED");
    const { location } = answer.headers;
    if (location !== undefined && redirect === "follow")
      return fetch(new URL(location, `${request.origin}${request.path}`), {
        headers: request.headers as Record<string, string>,
      });
    return toResponse(answer, request.method, signal);
  };
  return Object.assign(fetch, { [mockMark]: true });
}

async function readRequest(input: RequestInfo | URL, init: RequestInit): Promise<MockRequest> {
  const source = input instanceof Request ? input : undefined;
  const url = new URL(source ? source.url : String(input));
  const headers = Object.fromEntries(new Headers(init.headers ?? source?.headers));
  const method = (init.method ?? source?.method ?? "GET").toUpperCase();
  const origin = url.hostname.endsWith(".invalid") || url.protocol === "https:" ? inProcessOrigin : url.origin;
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: await readBody(init.body, source),
    origin,
  };
}

async function readBody(
  body: RequestInit["body"],
  source: Request | undefined,
): Promise<string | Uint8Array | undefined> {
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  if (body !== undefined && body !== null) return new Uint8Array(await new Response(body).arrayBuffer());
  return source?.body ? source.text() : undefined;
}

/** What a real fetch throws. */
function failure(what: string, code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(`${what} ${code}`), { code }) });
}

function toResponse(answer: MockAnswer, method: string, signal: AbortSignal | undefined | null): Response {
  const { status, headers, body } = answer;
  if (answer.stream && method === "GET") return new Response(streamOf(answer, signal), { status, headers });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const bodiless = status === 204 || status === 304;
  const empty = bodiless || method === "HEAD" || bytes.length === 0;
  const sent = answer.dripMs === undefined || empty ? bytes : drip(bytes, answer.dripMs, signal);
  return new Response(empty ? null : sent, {
    status,
    headers: bodiless ? headers : { "content-length": String(bytes.length), ...headers },
  });
}

/** The body in pieces, with a pause before each. */
function drip(body: Uint8Array, ms: number, signal: AbortSignal | undefined | null): ReadableStream<Uint8Array> {
  const pieces = piecesOf(body);
  const pause = ms / pieces.length;
  return new ReadableStream({
    async pull(controller) {
      const piece = pieces.shift();
      if (!piece) return controller.close();
      await delay(pause, signal);
      controller.enqueue(piece);
    },
  });
}

/** A body that goes on until the reader or the signal ends it. */
function streamOf(answer: MockAnswer, signal: AbortSignal | undefined | null): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end: (() => void) | undefined;
  return new ReadableStream({
    start(controller) {
      controller.enqueue(typeof answer.body === "string" ? encoder.encode(answer.body) : answer.body);
      end = answer.stream?.((text) => controller.enqueue(encoder.encode(text)));
      signal?.addEventListener(
        "abort",
        () => {
          end?.();
          controller.error(signal.reason);
        },
        { once: true },
      );
    },
    cancel: () => end?.(),
  });
}

function delay(ms: number, signal: AbortSignal | undefined | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
