import { createHmac, decodeBase64Url } from "@klingkit/spec/web";
import { readJson } from "./read-json.js";

/** The caller's key, or the situation to refuse it with. */
export type Authorisation =
  | { readonly key: string; readonly isSignatureUnchecked?: true }
  | {
      readonly situation: "missing-key" | "wrong-key" | "token-not-yet-valid" | "token-expired";
      /** What to do, in the simulator's own words. */
      readonly hint?: string;
    };

interface Claims {
  readonly iss?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

const pairs =
  "Sign HS256 with iss = access key, exp and nbf; any pair of keys signs in unless --secret or secretKeys names pairs.";
const clock = "Its times are compared with the simulator's clock.";

/**
 * Checks a JWT as Kling does: HS256 by the access key's secret, `exp` and `nbf` in Unix seconds. Without secrets the
 * signature is not checked, and the answer is no promise.
 */
export function readToken(
  token: string,
  secrets: Readonly<Record<string, string>> | undefined,
  now: number,
): Authorisation | Promise<Authorisation> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = decode(head) as { readonly alg?: unknown } | undefined;
  const claims = decode(body) as Claims | undefined;
  const accessKey = typeof claims?.iss === "string" ? claims.iss : "";
  if (header?.alg !== "HS256" || !claims || accessKey === "") return { situation: "wrong-key", hint: pairs };
  if (!secrets) return { ...judgeTimes(claims, accessKey, now), isSignatureUnchecked: true };
  const secret = Object.hasOwn(secrets, accessKey) ? secrets[accessKey] : undefined;
  if (secret === undefined) return { situation: "wrong-key", hint: pairs };
  return isSigned(`${head}.${body}`, signature, secret).then((isGenuine) =>
    isGenuine ? judgeTimes(claims, accessKey, now) : { situation: "wrong-key", hint: pairs },
  );
}

function judgeTimes({ exp, nbf }: Claims, key: string, now: number): Authorisation {
  const seconds = now / 1000;
  if (typeof exp !== "number" || exp <= seconds) return { situation: "token-expired", hint: clock };
  if (typeof nbf === "number" && nbf > seconds) return { situation: "token-not-yet-valid", hint: clock };
  return { key };
}

async function isSigned(text: string, signature: string, secret: string): Promise<boolean> {
  const bytes = decodeBase64Url(signature);
  const encoder = new TextEncoder();
  return bytes !== undefined && createHmac(encoder.encode(secret)).verify(bytes, encoder.encode(text));
}

function decode(part: string): object | undefined {
  return readJson(new TextDecoder().decode(decodeBase64Url(part)));
}
