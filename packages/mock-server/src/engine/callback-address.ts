/**
 * Whether a callback may be sent there: an http address on this machine, or on a host that is allowed. A simulator must
 * not become a way to reach other people's servers.
 */
export function isAllowedCallbackAddress(address: string, allowed: "any" | readonly string[] = []): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) return false;
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
  return loopback || allowed === "any" || allowed.includes(url.hostname);
}
