/** Names that lead nowhere but to this machine or its network (RFC 6761, RFC 6762, ICANN). */
const privateName = /(^|\.)(localhost|local|internal|invalid|test)$/;

/** The ranges of IANA's registry of special-purpose IPv4 addresses. */
const privateIPv4 =
  /^(0|10|127|2(2[4-9]|[3-5]\d)|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])|169\.254|172\.(1[6-9]|2\d|3[01])|192\.(168|0\.0)|198\.1[89])\./;

/**
 * Whether an address can be reached from the internet, as far as its name tells: nothing is resolved. Not public are
 * names of one label, reserved endings (`.local`, `.internal` …), and loopback, private, link-local and other special IP
 * addresses, however they are written: URLs write 0x7f.1 and 2130706433 as four numbers too.
 */
export function isPublicAddress({ hostname }: URL): boolean {
  // Of IPv6 only 2000::/3 is global; an IPv4 address inside of one is an odd way to write something public.
  if (hostname.startsWith("[")) return /^\[[23][0-9a-f]{3}:/.test(hostname);
  const name = hostname.replace(/\.$/, "");
  if (/^[\d.]+$/.test(name)) return !privateIPv4.test(name);
  return name.includes(".") && !privateName.test(name);
}
