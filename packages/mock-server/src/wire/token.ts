import { createHmac, decodeBase64Url } from "@klingkit/spec/web";
import type { Authorisation } from "./authorise.js";

interface Claims {
  readonly iss?: unknown;
  readonly exp?: unknown;
  readonly nbf?: unknown;
}

/** Checks a JWT as Kling does: HS256 by the access key's secret, `exp` and `nbf` in Unix seconds. */
export async function readToken(
  token: string,
  secrets: Readonly<Record<string, string>>,
  now: number,
): Promise<Authorisation> {
  const [head = "", body = "", signature = ""] = token.split(".");
  const header = decode(head) as { readonly alg?: unknown } | undefined;
  const claims = decode(body) as Claims | undefined;
  const accessKey = typeof claims?.iss === "string" ? claims.iss : "";
  const secret = Object.hasOwn(secrets, accessKey) ? secrets[accessKey] : undefined;
  if (header?.alg !== "HS256" || !claims || secret === undefined) return { situation: "wrong-key" };
  if (!(await isSigned(`${head}.${body}`, signature, secret))) return { situation: "wrong-key" };
  const seconds = now / 1000;
  if (typeof claims.exp !== "number" || claims.exp <= seconds) return { situation: "token-expired" };
  if (typeof claims.nbf === "number" && claims.nbf > seconds) return { situation: "token-not-yet-valid" };
  return { key: accessKey };
}

async function isSigned(text: string, signature: string, secret: string): Promise<boolean> {
  const bytes = decodeBase64Url(signature);
  const encoder = new TextEncoder();
  return bytes !== undefined && createHmac(encoder.encode(secret)).verify(bytes, encoder.encode(text));
}

function decode(part: string): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(decodeBase64Url(part)));
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}
