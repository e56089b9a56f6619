import { readToken } from "./token.js";

/** The caller's key, or the situation to refuse it with. */
export type Authorisation =
  | { readonly key: string }
  | { readonly situation: "missing-key" | "wrong-key" | "token-not-yet-valid" | "token-expired" };

/** The keys that a dialect accepts. */
export interface KeyRules {
  /** Whether three parts with dots between are a token to be checked. */
  readonly tokens: boolean;
  /** Secrets by access key, for the tokens. */
  readonly secrets: Readonly<Record<string, string>>;
}

const scheme = "Bearer ";

/**
 * Reads `Authorization: Bearer <key>`. Any key that is not empty opens an account; a signed token opens the account of its
 * access key. Returns a promise only for a signed token.
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
