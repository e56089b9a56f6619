/**
 * A request's body as callers may write it: a field that is not needed may be `undefined`, which is the same as leaving it out, and
 * lists may be readonly.
 */
export type Body<Schema> = Schema extends string | number | boolean | null | undefined
  ? Schema
  : Schema extends readonly (infer Item)[]
    ? readonly Body<Item>[]
    : { [Name in keyof Schema]: Body<Schema[Name]> | IfOptional<Schema, Name> };

/** `undefined` for a field that may be left out. */
type IfOptional<Schema, Name extends keyof Schema> =
  Partial<Pick<Schema, Name>> extends Pick<Schema, Name> ? undefined : never;
