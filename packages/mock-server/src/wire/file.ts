import type { MockAnswer, MockRequest } from "./http.js";

/** A file to be served. */
export interface ServedFile {
  readonly type: string;
  /** Its version, in quotes. */
  readonly tag: string;
  /** When it was made, in Unix milliseconds. */
  readonly modifiedAt: number;
}

/** Whether the caller has this version already: compared by tag, or by date where no tag is given. */
export function isKnownVersion({ headers }: MockRequest, { tag, modifiedAt }: ServedFile): boolean {
  const tags = headers["if-none-match"]?.split(",").map((candidate) => candidate.trim().replace(/^W\//, ""));
  if (tags) return tags.includes(tag) || tags.includes("*");
  // Dates in headers have whole seconds.
  return Math.floor(modifiedAt / 1000) * 1000 <= Date.parse(headers["if-modified-since"] ?? "");
}

/** The file or the requested range of it; for HEAD only the headers. */
export function serveFile(bytes: Uint8Array, file: ServedFile, request: MockRequest): MockAnswer {
  const common = {
    "content-type": file.type,
    "accept-ranges": "bytes",
    etag: file.tag,
    "last-modified": new Date(file.modifiedAt).toUTCString(),
    "cache-control": "private, max-age=2592000",
  };
  const range = freshRange(request, file, bytes.length);
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

/** The range a GET asks for, unless `If-Range` names another version. Several ranges at once are answered whole. */
function freshRange(
  { method, headers }: MockRequest,
  { tag, modifiedAt }: ServedFile,
  size: number,
): ByteRange | "unsatisfiable" | undefined {
  const { range, "if-range": condition = tag } = headers;
  if (range === undefined || method !== "GET") return undefined;
  if (condition !== tag && condition !== new Date(modifiedAt).toUTCString()) return undefined;
  const match = /^bytes=(\d*)-(\d*)$/.exec(range.trim());
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [, first = "", last = ""] = match;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end || start >= size ? "unsatisfiable" : { start, end };
}
