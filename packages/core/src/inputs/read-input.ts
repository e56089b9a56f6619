import { base64Bytes } from "@klingkit/spec/picture";
import { InputError, KlingkitError } from "../errors/index.js";
import type { InputSource } from "./media-input.js";

/** The bytes behind an input, and what to call it. */
interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As it was given. */
  readonly base64?: string;
}

/** A little more than is allowed is read, so that what is wrong can be named. */
const surplus = 4;

/**
 * Reads whatever was given; undefined for an address and for what is no input at all.
 * @throws InputError for a text that is neither address nor base64, and for what can't be read
 */
export async function readInput(value: unknown, place: string, maxBytes: number): Promise<Input | undefined> {
  const most = maxBytes * surplus;
  if (typeof value === "string") return readText(value, place);
  if (value instanceof ArrayBuffer) return { name: place, bytes: new Uint8Array(value) };
  if (ArrayBuffer.isView(value))
    return { name: place, bytes: new Uint8Array(value.buffer, value.byteOffset, value.byteLength) };
  if (value instanceof Blob) {
    const name = "name" in value ? String(value.name) : place;
    return readSource(name, () => collect(value.stream(), most));
  }
  if (value instanceof ReadableStream) return readSource(place, () => collect(value, most));
  if (isSource(value)) return readSource(value.name ?? place, () => value.read(maxBytes));
  return undefined;
}

function readText(text: string, place: string): Input | undefined {
  if (text === "" || /^https?:/i.test(text)) return undefined;
  const [, data] = /^data:[^,]*;base64,([\s\S]*)$/i.exec(text) ?? [];
  const base64 = (data ?? text).replaceAll(/\s+/g, "");
  const bytes = base64Bytes(base64);
  if (bytes) return { name: place, bytes, base64 };
  throw new InputError(`${place} is neither an address nor base64.`, "Give an address, base64, or the file itself.");
}

/** What a source throws is the caller's own; only klingkit's errors leave. */
async function readSource(name: string, read: () => Promise<Uint8Array>): Promise<Input> {
  try {
    return { name, bytes: await read() };
  } catch (cause) {
    if (KlingkitError.isInstance(cause)) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    throw new InputError(`${name} can't be read (${reason}).`, "Give it again.");
  }
}

async function collect(stream: ReadableStream<Uint8Array>, most: number): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = stream.getReader();
  let size = 0;
  for (let step = await reader.read(); !step.done && size <= most; step = await reader.read()) {
    parts.push(new Uint8Array(step.value));
    size += step.value.length;
  }
  if (size > most) await reader.cancel();
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function isSource(value: unknown): value is InputSource {
  return typeof value === "object" && value !== null && "read" in value && typeof value.read === "function";
}
