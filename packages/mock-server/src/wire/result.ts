import type { Assets } from "../engine/assets.js";
import { htmlAnswer, type MockAnswer, type MockRequest } from "./http.js";

/** Answers for a result's address: GET and HEAD, byte ranges, conditional requests; undefined for other paths. */
export function answerResult(assets: Assets, request: MockRequest): MockAnswer | Promise<MockAnswer> | undefined {
  const found = assets.find(request.path, request.query);
  if (!found) return undefined;
  if (request.method !== "GET" && request.method !== "HEAD")
    return { status: 405, headers: { allow: "GET, HEAD" }, body: "" };
  if (found.status !== 200)
    return htmlAnswer(found.status, `<!doctype html><title>${found.status}</title><p>The result is not here.</p>`);
  const { tag, type } = found;
  if (
    request.headers["if-none-match"]
      ?.split(",")
      .some((candidate) => candidate.trim() === tag || candidate.trim() === "*")
  ) {
    return { status: 304, headers: { etag: tag }, body: "" };
  }
  return found.bytes().then((bytes) => serve(bytes, type, tag, request));
}

function serve(bytes: Uint8Array, type: string, tag: string, request: MockRequest): MockAnswer {
  const common = {
    "content-type": type,
    "accept-ranges": "bytes",
    etag: tag,
    "cache-control": "private, max-age=2592000",
  };
  const range = freshRange(request, tag, bytes.length);
  if (range === "unsatisfiable")
    return { status: 416, headers: { "content-range": `bytes */${bytes.length}` }, body: "" };
  const part = range ? bytes.subarray(range.start, range.end + 1) : bytes;
  const headers = range ? { ...common, "content-range": `bytes ${range.start}-${range.end}/${bytes.length}` } : common;
  const status = range ? 206 : 200;
  if (request.method === "HEAD")
    return { status, headers: { ...headers, "content-length": String(part.length) }, body: "" };
  return { status, headers, body: part };
}

interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** The range asked for, unless `If-Range` names another version. Several ranges at once are answered whole. */
function freshRange(request: MockRequest, tag: string, size: number): ByteRange | "unsatisfiable" | undefined {
  const { range } = request.headers;
  const condition = request.headers["if-range"];
  if (range === undefined || (condition !== undefined && condition !== tag)) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? "unsatisfiable" : { start, end };
}
