import { wrongKey } from "../engine/magic-keys.js";
import { type Authorisation, readToken } from "./token.js";

/** The keys that a dialect accepts. */
export interface KeyRules {
  /** Whether three parts with dots between are a token, as Kling takes them; elsewhere they are refused. */
  readonly tokens: boolean;
  /** Secrets by access key: only these pairs sign in; undefined for every pair. */
  readonly secrets: Readonly<Record<string, string>> | undefined;
}

const scheme = "Bearer ";

/** The remedy in every refusal of a key. */
const anyKey = "Any key signs in here: send Authorization: Bearer anything.";
const noToken =
  "A token signed from a pair of keys is for Kling itself: start the simulator with --dialect kling, or send an API key.";

/**
 * Reads `Authorization: Bearer <key>`. Any key that is not empty opens an account; a signed token opens the account of its
 * access key. Returns a promise only for a signed token whose signature is checked.
 */
export function authorise(
  header: string | undefined,
  rules: KeyRules,
  now: number,
): Authorisation | Promise<Authorisation> {
  const given = header?.trim() ?? "";
  if (given === "") return { situation: "missing-key", hint: anyKey };
  const key = given.startsWith(scheme) ? given.slice(scheme.length) : "";
  if (key === wrongKey)
    return { situation: "wrong-key", hint: `${wrongKey} is refused on purpose; every other key signs in.` };
  if (key === "" || /\s/.test(key)) return { situation: "wrong-key", hint: anyKey };
  if (!isToken(key)) return { key };
  return rules.tokens ? readToken(key, rules.secrets, now) : { situation: "wrong-key", hint: noToken };
}

/** Three parts with dots between. */
function isToken(key: string): boolean {
  const first = key.indexOf(".");
  const second = first < 0 ? -1 : key.indexOf(".", first + 1);
  return second >= 0 && key.indexOf(".", second + 1) < 0;
}
