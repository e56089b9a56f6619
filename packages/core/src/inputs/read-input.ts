import { base64Bytes, readFactor } from "@klingkit/spec/picture";
import { InputError } from "../errors/index.js";
import { bytesOf, collect, kindOf } from "./bytes.js";
import type { InputSource } from "./media-input.js";

/** The bytes behind an input, and what to call it. */
interface Input {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** As it was given. */
  readonly base64?: string;
}

/**
 * Reads an input of any kind. Objects are recognised by their methods, not by their class: those of a test runner, a frame or
 * another library are instances of other classes.
 * @returns a text where it is an address, or empty
 * @throws InputError for a text that is neither an address nor base64, for an input that can't be read, and for any other value
 */
export async function readInput(value: unknown, place: string, maxBytes: number): Promise<Input | string> {
  const kind = kindOf(value);
  if (typeof value === "string" || kind === "URL" || kind === "String") return readText(String(value), place);
  const bytes = bytesOf(value);
  // Copied at once: the caller may use the buffer again.
  if (bytes) return { name: place, bytes: bytes.slice() };
  const given = Object(value) as Readonly<Record<string, unknown>>;
  const name = typeof given.name === "string" && given.name !== "" ? given.name : place;
  const read = readerOf(given, maxBytes);
  if (read) return { name, bytes: await read(name) };
  throw new InputError(
    `${place} is of the kind ${kind}.`,
    kind === "Promise"
      ? "Await it first."
      : "Give an address, base64, bytes, a Blob, a stream, a Response, or a file by fileInput.",
  );
}

function readText(text: string, place: string): Input | string {
  if (text === "" || /^https?:/i.test(text)) return text;
  const [, data] = /^data:[^,]*;base64,([\s\S]*)$/i.exec(text) ?? [];
  const base64 = (data ?? text).replaceAll(/\s+/g, "");
  const bytes = base64Bytes(base64);
  if (bytes) return { name: place, bytes, base64 };
  throw new InputError(`${place} is neither an address nor base64.`, "Give an address, base64, or the file itself.");
}

/** How to read an object's bytes; undefined where it has no method for that. */
function readerOf(given: object, maxBytes: number): ((name: string) => Promise<Uint8Array>) | undefined {
  const most = maxBytes * readFactor;
  if (can<Response>(given, "arrayBuffer") && "bodyUsed" in given)
    return (name) => collect(name, () => bodyOf(given, name), most);
  if (can<Blob>(given, "stream")) return (name) => collect(name, () => given.stream(), most);
  if (can<ReadableStream>(given, "getReader") || can<AsyncIterable<unknown>>(given, Symbol.asyncIterator))
    return (name) => collect(name, () => given, most);
  // Node's Readable has such a method too, and another meaning of it.
  if (can<InputSource>(given, "read"))
    return (name) => collect(name, () => Promise.resolve(given.read(maxBytes)), most);
  return undefined;
}

/** Whether an object has a method, and so is taken for one of that kind. */
function can<Kind extends object>(given: object, method: keyof Kind): given is Kind {
  return typeof Reflect.get(given, method) === "function";
}

function bodyOf({ ok, status, body }: Response, name: string) {
  if (ok && body) return body;
  throw new InputError(`${name} is an answer ${ok ? "without a body" : `with HTTP ${status}`}.`, "Fetch it again.");
}
