import { type KlingkitError, RefusedError, ResponseFormatError } from "../errors/index.js";
import { type CallKind, classify, judgeByStatus } from "./classify.js";
import { interpret, type RawAnswer } from "./interpret.js";

export interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly requestId: string | undefined;
}

/** What matters of the call when its answer is judged. */
export interface Asked {
  readonly kind: CallKind;
  /** What to do about a redirect, where that need not mean a wrong base URL. */
  readonly redirectRemedy?: string;
}

/**
 * The answer's data, once it is certain that it is a success.
 * @throws RefusedError, ResponseFormatError
 */
export function judge(
  answer: RawAnswer,
  call: Asked,
  more: { readonly retryAfterMs: number | undefined; redact(text: string): string },
): Answer {
  const said = interpret(answer);
  const { status } = answer;
  if (said.kind === "success") return { ...said, status };
  const common = { status, retryAfterMs: more.retryAfterMs };
  if (said.kind === "unreadable") throw formatError(said.what, answer, call, common);
  const { code, retry, remedy } = classify(said, status, call.kind);
  const what = `The provider refused: ${sentence(more.redact(said.message) || code)}`;
  const { providerCode, requestId } = said;
  throw new RefusedError(what, { ...common, code, retry, remedy, providerCode, requestId });
}

/** A redirect means a wrong address (nothing was done there); any other unreadable answer is judged as a server's fault. */
function formatError(
  what: string,
  answer: RawAnswer,
  { kind, redirectRemedy }: Asked,
  common: { readonly status: number; readonly retryAfterMs: number | undefined },
): KlingkitError {
  const sentenceText = `The answer (HTTP ${answer.status}) is ${what}.`;
  if (answer.redirect) {
    const remedy = redirectRemedy ?? "Check the base URL: it is the origin alone, without a path.";
    return new ResponseFormatError(sentenceText, { ...common, code: "wrong-address", retry: "after-fix", remedy });
  }
  return new ResponseFormatError(sentenceText, { ...common, code: "response-format", ...judgeByStatus(500, kind) });
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
