import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Mock } from "../mock.js";
import { maxBodyBytes } from "../wire/body.js";
import type { MockRequest } from "../wire/http.js";
import { answerTogether } from "./turn.js";
import { writeAnswer, writeLate } from "./write-answer.js";

/** A request to be answered, and where to. */
export interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Where in an application the simulator is mounted. Default: at its root. */
  readonly mount?: string;
}

/** The part that answers: a simulator, or the studio, which never cuts a connection. */
type Answerer = Pick<Mock, "handle"> & Partial<Pick<Mock, "cutsUnread" | "closed">>;

/**
 * Reads a request, lets someone answer it, writes the answer. Shared by the node:http host and the middleware.
 * @param failed called when the request can't be read, or the answer can't be made or written
 */
export function answerOverHttp(answerer: Answerer, call: Call, failed: (error: unknown) => void): void {
  const writing = { response: call.response, method: call.request.method, closed: answerer.closed };
  const answer = (body?: string) =>
    answerTogether(() => {
      const found = answerer.handle(toMockRequest(call, body));
      return found instanceof Promise || found.delayMs
        ? () => void writeLate(found, writing).catch(failed)
        : () => writeAnswer(found, writing);
    }, failed);
  if (hasBody(call.request) && !isCutUnread(answerer, call)) readBody(call.request, answer, failed);
  else answer();
}

function toMockRequest({ request, mount = "" }: Call, body: string | undefined): MockRequest {
  const { method = "GET", headers } = request;
  const origin = `http://${headers.host ?? "127.0.0.1"}${mount}`;
  return { method, ...readTarget(request.url), headers: flat(headers), body, origin };
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/** Node gives every header as one text but for cookies a server sets, which no request should have. */
function flat(headers: IncomingHttpHeaders): Readonly<Record<string, string | undefined>> {
  const { "set-cookie": cookies } = headers;
  return (cookies === undefined ? headers : { ...headers, "set-cookie": cookies.join(", ") }) as Record<string, string>;
}

function isCutUnread(answerer: Answerer, call: Call): boolean {
  const { prefer } = flat(call.request.headers);
  return answerer.cutsUnread?.(prefer, () => toMockRequest(call, undefined)) ?? false;
}

/**
 * The path and query, normalised as every host does. Two slashes at the start are a path and no host; what can't be read
 * at all, `http://[`, stands for a path nobody has.
 */
function readTarget(target = "/"): Pick<MockRequest, "path" | "query"> {
  if (plainPath.test(target)) return { path: target, query: new URLSearchParams() };
  const address = target.startsWith("/") ? `http://simulator.invalid${target}` : target;
  const url = new URL(URL.canParse(address) ? address : "http://simulator.invalid/unreadable");
  return { path: url.pathname, query: url.searchParams };
}

/** A path in which nothing is to be normalised, as most are: taken as it is, it costs a twentieth of a request less. */
const plainPath = /^(?:\/[\w-]+)+$/;

/** The body as text; a little more than the limit where it is longer, so that the engine sees that it is. */
function readBody(request: IncomingMessage, done: (body: string) => void, failed: (error: unknown) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  // An async iterator costs a tenth of a request.
  request.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= maxBodyBytes + 1) chunks.push(chunk);
  });
  request.on("end", () =>
    done(size > maxBodyBytes ? " ".repeat(maxBodyBytes + 1) : Buffer.concat(chunks).toString("utf8")),
  );
  request.on("error", failed);
}
