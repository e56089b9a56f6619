import { isLoopbackHost } from "@klingkit/spec/web";

/**
 * Whether a callback may be sent there: an http address on this machine, or on a host that is allowed. A simulator must
 * not become a way to reach other people's servers.
 */
export function isAllowedCallbackAddress(address: string, allowed: "any" | readonly string[] = []): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  if (isLoopbackHost(url.hostname) || allowed === "any" || allowed.includes(url.hostname)) return true;
  return allowed.includes(`${url.hostname}:${url.port || (url.protocol === "https:" ? 443 : 80)}`);
}
