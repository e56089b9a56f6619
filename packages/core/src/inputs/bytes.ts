import { messageOf } from "@klingkit/spec/web";
import { InputError, KlingkitError } from "../errors/index.js";

/** What gives bytes: at once, later, or in parts. */
type Source = ReadableStream<unknown> | AsyncIterable<unknown> | Promise<unknown>;

/** The name of a value's kind, the same in every realm: `Uint8Array`, `Response`, `Promise`, `Null`. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

/** The bytes of a buffer or of a view on one, of any realm; undefined for anything else. */
export function bytesOf(value: unknown): Uint8Array<ArrayBuffer> | undefined {
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  return /^(Shared)?ArrayBuffer$/.test(kindOf(value)) ? new Uint8Array(value as ArrayBuffer) : undefined;
}

/**
 * All bytes of a source, a little more than `most` at most.
 * @param name what errors call it
 * @throws InputError for a source that fails, or gives something else than bytes
 */
export async function collect(name: string, open: () => Source, most: number): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  try {
    for await (const part of partsOf(open())) {
      const bytes = bytesOf(part);
      if (!bytes) throw new InputError(`${name} gives ${kindOf(part)}, not bytes.`, "Open it without an encoding.");
      // A source may use its buffer again.
      parts.push(bytes.slice());
      size += bytes.length;
      if (size > most) break;
    }
  } catch (cause) {
    // What a source throws is the caller's own; only klingkit's errors leave.
    if (KlingkitError.isInstance(cause)) throw cause;
    throw new InputError(`${name} can't be read (${messageOf(cause)}).`, "Give it again.");
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Leaving early tells the source to stop. */
async function* partsOf(source: Source): AsyncGenerator<unknown> {
  if ("then" in source) yield await source;
  // Not every browser can iterate over its streams.
  else if ("getReader" in source) yield* readerParts(source.getReader());
  else yield* source;
}

async function* readerParts(reader: ReadableStreamDefaultReader<unknown>): AsyncGenerator<unknown> {
  let done = false;
  try {
    for (let step = await reader.read(); !step.done; step = await reader.read()) yield step.value;
    done = true;
  } finally {
    if (!done) await reader.cancel().catch(() => {});
  }
}
