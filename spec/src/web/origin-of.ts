/**
 * The origin at which this machine reaches what listens at an address: one that stands for every address is not one to send
 * requests to.
 */
export function originOf({ address, port }: { readonly address: string; readonly port: number }): string {
  const own = { "0.0.0.0": "127.0.0.1", "::": "::1" }[address] ?? address;
  return `http://${own.includes(":") ? `[${own}]` : own}:${port}`;
}
