/** Whether an address leads to this machine itself. */
export function isLoopback(address: string | URL): boolean {
  return URL.canParse(address) && isLoopbackHost(new URL(address).hostname);
}

/** The same of a host's name, as `URL` writes it or without brackets: `localhost`, `127.0.0.1`, `[::1]`, `::1`. */
export function isLoopbackHost(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(hostname);
}
