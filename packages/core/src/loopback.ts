/** Whether an address is this machine's own. */
export function isLoopback(address: string | URL): boolean {
  return URL.canParse(address) && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(address).hostname);
}
