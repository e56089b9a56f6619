import { concatBytes } from "../lib/concat-bytes.js";

/** The request's body as it came; `too-large` as soon as it is, `unreadable-body` where it breaks off. */
export async function readBody(
  request: Request,
  maxBytes: number,
): Promise<Uint8Array<ArrayBuffer> | "too-large" | "unreadable-body"> {
  if (Number(request.headers.get("content-length")) > maxBytes) return "too-large";
  if (request.bodyUsed) return "unreadable-body";
  if (!request.body) return new Uint8Array();
  try {
    return await collect(request.body.getReader(), maxBytes);
  } catch {
    return "unreadable-body";
  }
}

async function collect(reader: ReadableStreamDefaultReader<Uint8Array>, maxBytes: number) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (let step = await reader.read(); !step.done; step = await reader.read()) {
    size += step.value.length;
    // The rest is left unread, not cancelled: that would cut the connection before the answer.
    if (size > maxBytes) return "too-large";
    chunks.push(step.value);
  }
  return concatBytes(chunks);
}
