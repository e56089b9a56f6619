/** Words for a transport's codes. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  ENOTFOUND: "no such host in DNS",
  EAI_AGAIN: "DNS does not answer",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  UND_ERR_SOCKET: "connection reset",
  ETIMEDOUT: "connection timed out",
  UND_ERR_CONNECT_TIMEOUT: "connection timed out",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
};

const certificate = /CERT|SELF_SIGNED|SIGNATURE|ERR_TLS|ERR_SSL|UNABLE_TO/;

/** Why a `fetch` did not reach anybody, in words; runtimes hide it at different depths. */
export function connectionProblem(error: unknown): string {
  let message = "unreachable";
  for (
    let [cause, depth] = [error, 0];
    cause instanceof Error && depth < 5;
    [cause, depth] = [cause.cause, depth + 1]
  ) {
    const { code } = cause as { readonly code?: unknown };
    if (typeof code === "string" && Object.hasOwn(words, code)) return words[code] ?? code;
    if (typeof code === "string" && certificate.test(code)) return `TLS: ${code}`;
    if (cause.message !== "") message = cause.message.slice(0, 200);
  }
  return message;
}
