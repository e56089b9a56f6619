import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";

/** Bytes that are unpacked at a time: each time is a way to another thread and back. */
const chunkSize = 256 * 1024;

/** Ways in which a body may be packed, by `Content-Encoding`. */
const unpackers: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip({ chunkSize }),
  "x-gzip": () => createGunzip({ chunkSize }),
  br: () => createBrotliDecompress({ chunkSize }),
  deflate: () => createInflate({ chunkSize }),
};

/** How a body is read, and what is called then. */
export interface BodyReader {
  /**
   * Called with the body: as text where it is UTF-8, else as bytes. Where it is longer than the limit, with a little more than that, so
   * that the engine sees that it is.
   */
  readonly done: (body: string | Uint8Array) => void;
  readonly failed: (error: unknown) => void;
  /** Bytes that are read at most. */
  readonly limit: number;
}

/** Reads a body, unpacked where its `Content-Encoding` says so; the limit counts what is unpacked. */
export function readBody(request: IncomingMessage, { done, failed, limit }: BodyReader): void {
  const unpack = unpackerOf(request);
  request.on("error", failed);
  if (!unpack) {
    collect(request, { done, limit });
    return;
  }
  const source = unpack();
  // What can't be unpacked is no JSON either.
  source.on("error", () => done(""));
  collect(source, { done, limit }, () => {
    // A small body can unfold into gigabytes: what comes on top of the limit is not unpacked.
    request.unpipe(source);
    request.resume();
    source.destroy();
  });
  request.pipe(source);
}

/** A body of any length while it comes, unpacked where its `Content-Encoding` says so. */
export async function* piecesOfBody(request: IncomingMessage): AsyncIterable<Uint8Array> {
  const unpack = unpackerOf(request);
  const source: Readable = unpack ? request.pipe(unpack()) : request;
  if (unpack) request.on("error", (error) => source.destroy(error));
  try {
    // To destroy a request that was not read to its end would cut off the answer.
    yield* source.iterator({ destroyOnReturn: false });
  } catch (error) {
    // What can't be unpacked is no JSON either: it ends here.
    if (request.errored) throw error;
  } finally {
    request.unpipe();
    request.resume();
  }
}

function unpackerOf({ headers }: IncomingMessage) {
  const encoding = headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  return Object.hasOwn(unpackers, encoding) ? unpackers[encoding] : undefined;
}

/** @param stop called where there is more than anybody wants to read */
function collect(source: Readable, { done, limit }: Omit<BodyReader, "failed">, stop?: () => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  // An async iterator costs a tenth of a request.
  source.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit + 1) chunks.push(chunk);
    else if (stop) {
      stop();
      done(tooLong(limit));
    }
  });
  source.on("end", () => done(size > limit ? tooLong(limit) : textOf(Buffer.concat(chunks))));
}

/** The text that the bytes are; the bytes themselves where they are no UTF-8. */
function textOf(bytes: Buffer): string | Uint8Array {
  return isUtf8(bytes) ? bytes.toString("utf8") : bytes;
}

/** Stands for a body over the limit. */
function tooLong(limit: number): string {
  return " ".repeat(limit + 1);
}
