import type { MediaFieldName } from "@klingkit/spec";

/** A source of bytes that are read when a request is made. `fileInput` of `@klingkit/core/node` makes one. */
export interface InputSource {
  /** A name for error messages, such as a file's path. */
  readonly name?: string;
  /** Reads all bytes. @param maxBytes larger inputs are refused; a source that knows its size may refuse earlier */
  read(maxBytes: number): Promise<Uint8Array>;
}

/**
 * A picture or a sound in a form other than an address or base64. It needs `prepare` of `@klingkit/core/inputs`. Node's
 * Readable is an async iterable.
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

/** A request whose pictures and sounds may also be `Media`. */
export type WithInputs<Request, Media = MediaInput> = {
  [Name in keyof Request]: Name extends MediaFieldName ? OrMedia<Request[Name], Media> : Nested<Request[Name], Media>;
};

type OrMedia<Value, Media> = Value extends readonly (infer Item)[]
  ? readonly Nested<Item | Media, Media>[]
  : Value | Media;
type Nested<Value, Media> = Value extends MediaInput | string | number | boolean | null | undefined
  ? Value
  : Value extends readonly (infer Item)[]
    ? readonly Nested<Item, Media>[]
    : Value extends object
      ? WithInputs<Value, Media>
      : Value;
