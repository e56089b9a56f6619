/** The caller's key, or why there is none. */
export type Authorisation = { readonly key: string } | { readonly situation: "missing-key" | "wrong-key" };

/** Reads `Authorization: Bearer <key>`; any key that is not empty opens an account. */
export function authorise(header: string | undefined): Authorisation {
  if (header === undefined || header.trim() === "") return { situation: "missing-key" };
  const key = /^Bearer (\S+)$/.exec(header.trim())?.[1];
  return key === undefined ? { situation: "wrong-key" } : { key };
}
