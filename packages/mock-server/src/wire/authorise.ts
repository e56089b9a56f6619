import { readToken } from "./token.js";

/** The caller's key, or why there is none. */
export type Authorisation =
  | { readonly key: string }
  | { readonly situation: "missing-key" | "wrong-key" | "token-not-yet-valid" | "token-expired" };

/** What a dialect takes as a key. */
export interface KeyRules {
  /** Whether three parts with dots between are a token to be checked. */
  readonly tokens: boolean;
  /** Secrets by access key, for the tokens. */
  readonly secrets: Readonly<Record<string, string>>;
}

const scheme = "Bearer ";

/**
 * Reads `Authorization: Bearer <key>`; any key that is not empty opens an account. A promise only for a signed token,
 * whose account is its access key's.
 */
export function authorise(
  header: string | undefined,
  rules: KeyRules,
  now: number,
): Authorisation | Promise<Authorisation> {
  const given = header?.trim() ?? "";
  if (given === "") return { situation: "missing-key" };
  const key = given.startsWith(scheme) ? given.slice(scheme.length) : "";
  if (key === "" || /\s/.test(key)) return { situation: "wrong-key" };
  return rules.tokens && key.split(".").length === 3 ? readToken(key, rules.secrets, now) : { key };
}
