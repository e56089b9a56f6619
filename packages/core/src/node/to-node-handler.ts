import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { CallbackHandler } from "../callbacks/index.js";

/** A request as node:http, Express or a platform on top of them brings it; the body may have been read already. */
type NodeRequest = IncomingMessage & {
  /** As Express's parsers leave it. */
  readonly body?: unknown;
  /** As some platforms leave it. */
  readonly rawBody?: unknown;
};

/** A request listener of node:http, and a route handler of Express. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  next?: (error?: unknown) => void,
) => Promise<void>;

/**
 * Makes a callback handler usable in node:http and Express. It needs the raw body: mount it before any JSON parser, or
 * behind `express.raw`. Behind a JSON parser it answers 500 and says why.
 */
export function toNodeHandler(handler: CallbackHandler): NodeHandler {
  return async (request, response, next) => {
    try {
      const answer = await handler(toRequest(request, rawBody(request)));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(await answer.text());
    } catch (error) {
      if (next) next(error);
      else fail(response, error);
    }
  };
}

type RawBody = ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | string | null;

/** @throws Error where a parser has taken the raw body away */
function rawBody(request: NodeRequest): RawBody {
  if (request.method !== "POST") return null;
  for (const given of [request.rawBody, request.body]) {
    if (typeof given === "string") return given;
    if (given instanceof Uint8Array) return new Uint8Array(given);
  }
  if (!request.readableEnded) return Readable.toWeb(request) as ReadableStream<Uint8Array>;
  throw new Error(
    "The body was parsed already: mount the callback handler before any body parser, or use express.raw.",
  );
}

/** Of the address only path and query count; the host is not to be trusted. Any method but POST is as wrong as GET. */
function toRequest(request: IncomingMessage, body: RawBody): Request {
  const base = "http://callback.invalid";
  const url = URL.canParse(request.url ?? "/", base) ? new URL(request.url ?? "/", base) : new URL(base);
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    [value ?? []].flat().map((one) => [name, one]),
  );
  // `duplex` is asked for wherever a body is a stream; the web's own types do not know it.
  const init: RequestInit & { readonly duplex: "half" } = {
    method: request.method === "POST" ? "POST" : "GET",
    headers,
    body,
    duplex: "half",
  };
  return new Request(`${base}${url.pathname}${url.search}`, init);
}

function fail(response: ServerResponse, error: unknown): void {
  const message = error instanceof Error ? error.message : "The callback could not be read.";
  response.writeHead(500, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { code: "callback-handler", message } }));
}
