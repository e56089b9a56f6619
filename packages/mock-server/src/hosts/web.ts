import { inProcessOrigin, type MockAnswer, type MockRequest, mostUnreadBytes, piecesOf } from "../wire/http.js";
import { delay, type Ends, onEnd } from "./ends.js";

/** The request as the engine sees it. */
export async function readWebRequest(input: RequestInfo | URL, init: RequestInit = {}): Promise<MockRequest> {
  const source = input instanceof Request ? input : undefined;
  const url = new URL(source ? source.url : String(input));
  const headers = Object.fromEntries(source && !init.headers ? source.headers : new Headers(init.headers));
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
  return source?.body ? new Uint8Array(await source.arrayBuffer()) : undefined;
}

/** The error that a real fetch throws. */
export function failure(what: string, code: string): TypeError {
  return new TypeError("fetch failed", { cause: Object.assign(new Error(`${what} ${code}`), { code }) });
}

/** The answer as a web `Response`. The host itself does what a response can't: cutting the connection, waiting. */
export function toWebResponse(answer: MockAnswer, method: string, ends: Ends): Response {
  const { status, headers, body, pieces } = answer;
  if (pieces) return new Response(method === "HEAD" ? null : inPieces(pieces), { status, headers });
  if (answer.stream && method === "GET") return new Response(streamOf(answer, ends), { status, headers });
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
  const bodiless = status === 204 || status === 304;
  const empty = bodiless || method === "HEAD" || bytes.length === 0;
  const sent = empty ? null : sentBody(bytes, answer, ends);
  return new Response(sent, {
    status,
    headers: bodiless ? headers : { "content-length": String(bytes.length), ...headers },
  });
}

function sentBody(bytes: Uint8Array<ArrayBuffer>, { cut, dripMs }: MockAnswer, ends: Ends) {
  if (cut) return cutShort(bytes);
  return dripMs === undefined ? bytes : drip(bytes, dripMs, ends);
}

/** A body whose pieces are made as they are read. */
function inPieces(pieces: Iterable<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const left = pieces[Symbol.iterator]();
  return new ReadableStream({
    pull(controller) {
      const { value, done } = left.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
  });
}

/** Half the body, then the error that a reader gets from a cut connection. */
function cutShort(body: Uint8Array): ReadableStream<Uint8Array> {
  const pieces = [body.subarray(0, Math.floor(body.length / 2))];
  return new ReadableStream({
    pull(controller) {
      const piece = pieces.pop();
      if (piece) controller.enqueue(piece);
      else controller.error(failure("read", "ECONNRESET"));
    },
  });
}

/** The body in pieces, with a pause before each. */
function drip(body: Uint8Array, ms: number, ends: Ends): ReadableStream<Uint8Array> {
  const pieces = piecesOf(body);
  const pause = ms / pieces.length;
  return new ReadableStream({
    async pull(controller) {
      const piece = pieces.shift();
      if (!piece) return controller.close();
      await delay(pause, ends);
      controller.enqueue(piece);
    },
  });
}

/** A body that goes on until the reader or the signal ends it. What a slow reader has not read is dropped, not stored. */
function streamOf(answer: MockAnswer, ends: Ends): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let end = () => {};
  let hasMissed = false;
  const source: UnderlyingDefaultSource<Uint8Array> = {
    start(controller) {
      controller.enqueue(typeof answer.body === "string" ? encoder.encode(answer.body) : answer.body);
      const unsubscribe = answer.stream?.((text) => {
        hasMissed ||= (controller.desiredSize ?? 0) <= 0;
        if (!hasMissed) controller.enqueue(encoder.encode(text()));
      });
      const release = onEnd(ends, (reason) => {
        unsubscribe?.();
        controller.error(reason);
      });
      end = () => {
        unsubscribe?.();
        release();
      };
    },
    pull(controller) {
      const isAllRead = controller.desiredSize === mostUnreadBytes;
      if (!hasMissed || !isAllRead) return;
      hasMissed = false;
      if (answer.missed) controller.enqueue(encoder.encode(answer.missed()));
    },
    cancel: () => end(),
  };
  return new ReadableStream(source, new ByteLengthQueuingStrategy({ highWaterMark: mostUnreadBytes }));
}
