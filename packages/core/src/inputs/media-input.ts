import type { MediaFieldName } from "@klingkit/spec";

/** Bytes that are read when a request is made; `fileInput` of `@klingkit/core/node` is one. */
export interface InputSource {
  /** What errors call it, such as a file's path. */
  readonly name?: string;
  /** @param maxBytes more is refused anyway; a source that knows its size may refuse by itself */
  read(maxBytes: number): Promise<Uint8Array>;
}

/**
 * A picture or a sound, beside the address or base64 that the wire takes; needs `prepare` of `@klingkit/core/inputs`.
 * Node's Readable is an async iterable.
 */
export type MediaInput =
  | Blob
  | Response
  | URL
  | ArrayBufferLike
  | ArrayBufferView
  | ReadableStream<Uint8Array>
  | AsyncIterable<Uint8Array>
  | InputSource;

/** A request whose pictures and sounds may also be bytes. */
export type WithInputs<Request> = {
  [Name in keyof Request]: Name extends MediaFieldName ? OrInput<Request[Name]> : Nested<Request[Name]>;
};

type OrInput<Value> = Value extends readonly (infer Item)[] ? Nested<Item | MediaInput>[] : Value | MediaInput;
type Nested<Value> = Value extends MediaInput | string | number | boolean | null | undefined
  ? Value
  : Value extends readonly (infer Item)[]
    ? Nested<Item>[]
    : Value extends object
      ? WithInputs<Value>
      : Value;
