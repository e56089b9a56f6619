import type { paths } from "../generated/schema.js";

/** Paths at which tasks are created and listed: those that have a task below them. */
export type FamilyPath = { [Path in keyof paths]: `${Path}/{id}` extends keyof paths ? Path : never }[keyof paths];

/** Paths that answer at once, by method. */
export type CallPath<Method extends "GET" | "POST"> = Exclude<
  PathWith<Lowercase<Method>>,
  FamilyPath | `${FamilyPath}/{id}`
>;

type PathWith<Verb extends string> = {
  [Path in keyof paths]: paths[Path] extends { readonly [Name in Verb]: object } ? Path : never;
}[keyof paths];
