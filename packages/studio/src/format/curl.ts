import type { LoggedRequest } from "../control/types.js";

/** Headers that make a difference to the simulator; the rest is the client's own business. */
const sent = ["content-type", "prefer", "range", "if-range", "if-none-match"];
const leftOut = /base64 of \d+ characters|… \(\d+ characters in all\)$/;

/**
 * A request as a command for a shell. Keys are never logged, so that it names a variable instead.
 * @param base where the simulator is reached
 */
export function curlOf({ method, path, query, headers, body }: LoggedRequest, base: string): string {
  const parts = [`curl ${quoted(`${base}${path}${query === "" ? "" : `?${query}`}`)}`];
  if (method !== "GET") parts.push(`--request ${quoted(method)}`);
  if (headers.authorization !== undefined) parts.push('--header "authorization: Bearer $KLINGKIT_KEY"');
  for (const name of sent) {
    const value = headers[name];
    if (value !== undefined) parts.push(`--header ${quoted(`${name}: ${value}`)}`);
  }
  if (body !== null) parts.push(`--data-raw ${quoted(body)}`);
  const command = parts.join(" \\\n  ");
  return leftOut.test(body ?? "")
    ? `# The log leaves pictures and long texts out; put them in again before you send this.\n${command}`
    : command;
}

/** Safe within a POSIX shell, whatever the text holds. */
function quoted(text: string): string {
  return /^[\w./:=,@%-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
