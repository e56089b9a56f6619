import { toHex } from "../lib/hex.js";
import { isObject, toJson } from "../lib/json.js";

/**
 * Parameters of signed addresses, which differ each time for the same file: those of object stores and CDNs, and `ksSecret` and
 * `ksTime` of the provider's own results.
 */
const signatures = /[?&]([\w-]*signature|sig|token|expires|auth_key|ksSecret|ksTime)=/i;

/**
 * SHA-256 of a request's canonical JSON, as hexadecimal digits. Undefined in pages over plain http, which can't compute one.
 */
export type DigestOf = (body: Readonly<Record<string, unknown>>) => Promise<string | undefined>;

/** Computes digests for one client, one after the other, so that calls reach the guards in their order. */
export function createDigestOf(): DigestOf {
  let last: Promise<unknown> = Promise.resolve();
  return (body) => {
    const digest = last.then(() => sha256(body));
    last = digest.catch(() => {});
    return digest;
  };
}

/**
 * A request as JSON that is the same for the same task: fields in the order of their names, without its own id, the address
 * of its callbacks and the signatures of its pictures' addresses.
 * @throws InputError for what JSON can't say
 */
export function canonicalRequest({
  external_task_id: _ownId,
  callback_url: _address,
  ...body
}: Readonly<Record<string, unknown>>): string {
  return toJson(body, (_, value) => canonical(value));
}

/** What Node, Bun and Deno have of the hash that is needed. */
interface SystemCrypto {
  createHash(algorithm: "sha256"): { update(text: string): { digest(encoding: "hex"): string } };
}

/**
 * Computed synchronously if the runtime can: `subtle` works in another thread, and the way there and back costs 80 µs.
 */
async function sha256(body: Readonly<Record<string, unknown>>): Promise<string | undefined> {
  const text = canonicalRequest(body);
  const { process } = globalThis as { process?: { getBuiltinModule?(name: string): SystemCrypto | undefined } };
  const system = process?.getBuiltinModule?.("node:crypto");
  if (system) return system.createHash("sha256").update(text).digest("hex");
  if (!crypto.subtle) return undefined;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}

/** Fields in the order of their names, and addresses without signatures. */
function canonical(value: unknown): unknown {
  if (typeof value === "string") return withoutSignature(value);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

function withoutSignature(text: string): string {
  return /^https?:/i.test(text) && signatures.test(text) ? text.slice(0, text.indexOf("?")) : text;
}
