import { type ErrorDetails, RefusedError, ResponseFormatError } from "../errors/index.js";
import { classify, judgeByStatus, type Method } from "./classify.js";
import { interpret, type RawAnswer } from "./interpret.js";
import type { Redact } from "./without-keys.js";

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly requestId: string | undefined;
}

/** What matters of the call when its answer is judged. */
export interface Asked {
  readonly method: Method;
  /** What to do about a redirect, where that need not mean a wrong base URL. */
  readonly redirectRemedy?: string;
}

/**
 * The answer's data, once it is certain that it is a success.
 * @throws RefusedError, ResponseFormatError
 */
export function judge(
  answer: RawAnswer,
  { method, redirectRemedy }: Asked,
  more: { readonly retryAfterMs: number | undefined; readonly redact: Redact },
): Answer {
  const said = interpret(answer, more.redact);
  const { status, redirect } = answer;
  if (said.kind === "success") return { ...said, status };
  const { retryAfterMs } = more;
  if (said.kind === "refused") {
    const judged = classify(said, status, method);
    const { providerCode, requestId, message } = said;
    const what = `The provider refused: ${sentence(message || judged.code)}`;
    throw new RefusedError(what, { ...judged, status, retryAfterMs, providerCode, requestId });
  }
  const remedy = redirectRemedy ?? "Check the base URL: it is the origin alone, without a path.";
  throw badAnswer(`The answer (HTTP ${status}) is ${said.what}.`, method, {
    status,
    retryAfterMs,
    // Nothing was done at a wrong address.
    ...(redirect ? { code: "wrong-address", retry: "after-fix", remedy } : {}),
  });
}

/** An answer that can't be used: until more is known, a server's fault. */
export function badAnswer(what: string, method: Method, known: Partial<ErrorDetails>): ResponseFormatError {
  return new ResponseFormatError(what, { code: "response-format", ...judgeByStatus(500, method), ...known });
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
