import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { onAbort } from "@klingkit/spec/web";
import { type MockAnswer, mostUnreadBytes, piecesOf } from "../wire/http.js";

/** Where an answer is written to. */
export interface Writing {
  readonly response: ServerResponse;
  readonly method: string | undefined;
  /** Aborted when the simulator was closed: what is under way is cut then. */
  readonly closed: AbortSignal | undefined;
}

/** Writes an answer that is still to come, or to be held back; not where the caller has gone by then. */
export async function writeLate(coming: MockAnswer | Promise<MockAnswer>, writing: Writing): Promise<void> {
  cutWhenClosed(writing);
  const answer = await coming;
  if (answer.delayMs) later(answer.delayMs, writing, () => writeAnswer(answer, writing));
  else if (!writing.response.destroyed) writeAnswer(answer, writing);
}

export function writeAnswer(answer: MockAnswer, writing: Writing): void {
  const { response, method } = writing;
  if (answer.reset) {
    response.socket?.resetAndDestroy();
    return;
  }
  if (answer.stream && method === "GET") {
    writeStream(answer, writing);
    return;
  }
  const { status, headers, body, pieces } = answer;
  if (pieces) {
    response.writeHead(status, headers);
    Readable.from(method === "HEAD" ? [] : pieces).pipe(response);
    cutWhenClosed(writing);
    return;
  }
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  response.writeHead(
    status,
    status === 204 || status === 304 ? headers : { "content-length": String(length), ...headers },
  );
  if (method === "HEAD") response.end();
  else if (answer.cut && length > 1) cutShort(body, response);
  else if (answer.dripMs !== undefined) drip(body, answer.dripMs, writing);
  else response.end(body);
}

/** Cuts the connection when the simulator is closed. */
function cutWhenClosed({ response, closed }: Writing): void {
  if (!closed) return;
  response.once(
    "close",
    onAbort(closed, () => void response.destroy()),
  );
}

/** Goes on after a pause, unless the connection has ended by then. */
function later(ms: number, { response }: Writing, next: () => void): void {
  if (response.destroyed) return;
  const stop = () => clearTimeout(timer);
  const timer = setTimeout(() => {
    response.off("close", stop);
    next();
  }, ms);
  response.once("close", stop);
}

/** Half the body, then the end of the connection. */
function cutShort(body: string | Uint8Array, response: ServerResponse): void {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => void response.destroy());
}

/** The body in pieces, with a pause before each. */
function drip(body: string | Uint8Array, ms: number, writing: Writing): void {
  const { response } = writing;
  const pieces = piecesOf(body);
  const pause = ms / Math.max(1, pieces.length);
  const next = () => {
    const piece = pieces.shift();
    if (!piece) return void response.end();
    response.write(piece);
    later(pause, writing, next);
  };
  // A caller sees at once that an answer comes.
  response.flushHeaders();
  cutWhenClosed(writing);
  later(pause, writing, next);
}

/** A body that goes on until the caller leaves. What a slow caller has not read is dropped, not stored. */
function writeStream({ status, headers, body, stream, missed }: MockAnswer, writing: Writing): void {
  const { response } = writing;
  let hasMissed = false;
  response.writeHead(status, headers);
  response.write(body);
  const end = stream?.((text) => {
    hasMissed ||= response.writableLength > mostUnreadBytes;
    if (!hasMissed) response.write(text());
  });
  response.on("drain", () => {
    if (hasMissed && missed) response.write(missed());
    hasMissed = false;
  });
  response.on("close", () => end?.());
  cutWhenClosed(writing);
}
