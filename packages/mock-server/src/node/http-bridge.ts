import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { isReadInPieces, maxBodyBytes } from "../wire/body.js";
import type { Answerer, MockRequest } from "../wire/http.js";
import { isCutUnread } from "../wire/steering.js";
import { readUrl } from "../wire/url.js";
import { piecesOfBody, readBody } from "./request-body.js";
import { answerTogether } from "./turn.js";
import { writeAnswer, writeLate } from "./write-answer.js";

/** A request to be answered, and where to. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where in an application the simulator is mounted. Default: at its root. */
  readonly mount?: string;
  /** Called when the caller has gone before its request was read, so that nobody is left to answer. */
  readonly hungUp?: (() => void) | undefined;
}

/**
 * Reads a request, lets someone answer it, writes the answer. Shared by the node:http host and the middleware.
 * @param failed called when the request can't be read, or the answer can't be made or written
 */
export function answerOverHttp(answerer: Answerer, call: Call, failed: (error: unknown) => void): void {
  const orHungUp = (error: unknown) => (isHangUp(error) ? call.hungUp?.() : failed(error));
  const writing = { response: call.response, method: call.request.method, closed: answerer.closed };
  const answer = (body: Sent) =>
    answerTogether(() => {
      const found = answerer.handle(toMockRequest(call, body));
      return found instanceof Promise || found.delayMs
        ? () => void writeLate(found, writing).catch(orHungUp)
        : () => writeAnswer(found, writing);
    }, failed);
  const { request } = call;
  if (!hasBody(request) || (request.headers.prefer !== undefined && isCutUnread(toMockRequest(call, {})))) answer({});
  else if (isLong(request) && isReadInPieces(toMockRequest(call, {}))) answer({ pieces: piecesOfBody(request) });
  else readBody(request, { done: (body) => answer({ body }), failed: orHungUp, limit: maxBodyBytes });
}

/** A request's body: read, or still to be read. */
type Sent = Pick<MockRequest, "body" | "pieces">;

/** Bytes of a body that is read as a whole even where it need not be: that takes a quarter of the time. */
const shortBytes = 8 * 1024 * 1024;

function isLong({ headers }: IncomingMessage): boolean {
  return !(Number(headers["content-length"]) <= shortBytes) || headers["content-encoding"] !== undefined;
}

function toMockRequest({ request, mount = "" }: Call, sent: Sent): MockRequest {
  const { method = "GET", headers, socket } = request;
  // HTTP/1.0 needs no Host.
  const origin = `http://${headers.host ?? `127.0.0.1:${socket.localPort}`}${mount}`;
  return { method, ...readTarget(request.url), headers: flat(headers), ...sent, origin };
}

function isHangUp(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ECONNRESET";
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** Node gives every header as one text but for cookies a server sets, which no request should have. */
function flat(headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> {
  const { "set-cookie": cookies } = headers;
  return (cookies === undefined ? headers : { ...headers, "set-cookie": cookies.join(", ") }) as Record<string, string>;
}

/**
 * The path and query, normalised as every host does. Two slashes at the start are a path and no host; what can't be read
 * at all, `http://[`, stands for a path nobody has.
 */
function readTarget(target = "/"): Pick<MockRequest, "path" | "query"> {
  const address = target.startsWith("/") ? `http://simulator.invalid${target}` : target;
  const { pathname, searchParams } = readUrl(address) ?? new URL("http://simulator.invalid/unreadable");
  return { path: pathname, query: searchParams };
}
