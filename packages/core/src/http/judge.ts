import { RefusedError, type ResponseFormatError } from "../errors/index.js";
import { plainText } from "../lib/plain-text.js";
import { badAnswer, classify, isInconclusive, type Method } from "./classify.js";
import { type Interpretation, interpret, type RawAnswer } from "./interpret.js";
import { retryAfterMs } from "./retry-after.js";
import type { KeyFilter } from "./without-keys.js";

/** An answer that is a success. */
export interface Answer {
  readonly status: number;
  /** The answer's `data`. */
  readonly data: unknown;
  /** The whole JSON body. */
  readonly body: unknown;
  readonly requestId: string | undefined;
}

/** The properties of a request that matter when its answer is judged. */
export interface Judging {
  readonly method: Method;
  /** The remedy for a redirect, if it may have another cause than a wrong base URL. */
  readonly redirectRemedy?: string;
}

/** An answer that was read and found a success. */
export type JudgedResponse = Response & { readonly answer: Answer };

/**
 * Returns the answer if it is a success.
 * @throws RefusedError, ResponseFormatError
 */
export function judge(
  raw: RawAnswer,
  judging: Judging,
  { now, keys }: { readonly now: number; readonly keys: KeyFilter },
): Answer {
  const said = interpret(raw, keys);
  if (said.kind === "success") return { ...said, status: raw.status };
  throw refusalOf(said, raw, { ...judging, retryAfterMs: retryAfterMs(raw.headers.get("retry-after"), now) });
}

/** What `judge` found in an answer that has passed through openapi-fetch: the pipe judges every one. */
export function answerOf(response: Response): Answer {
  return (response as JudgedResponse).answer;
}

function refusalOf(
  said: Exclude<Interpretation, { readonly kind: "success" }>,
  { status, redirect }: RawAnswer,
  { method, redirectRemedy, retryAfterMs }: Judging & { readonly retryAfterMs: number | undefined },
): RefusedError | ResponseFormatError {
  if (said.kind === "refused") {
    const { providerCode, requestId, message } = said;
    const judged = classify(said, status, method);
    const what = `The provider refused: ${sentence(plainText(message) || judged.code)}`;
    return new RefusedError(what, {
      ...judged,
      status,
      retryAfterMs,
      providerCode: typeof providerCode === "string" ? plainText(providerCode, 100) : providerCode,
      requestId: requestId && plainText(requestId, 100),
    });
  }
  if (said.isText && !isInconclusive(status)) return refusedInFront(status);
  const remedy = redirectRemedy ?? "Check the base URL: it is the origin alone, without a path.";
  return badAnswer(`The answer (HTTP ${status}) is ${said.what}.`, method, {
    status,
    retryAfterMs,
    // Nothing was done at a wrong address.
    ...(redirect ? { code: "wrong-address", retry: "after-fix", remedy } : {}),
  });
}

/** A page or a text instead of the provider's JSON: a proxy, firewall or load balancer refused before the provider saw it. */
function refusedInFront(status: number): RefusedError {
  const tooLarge = status === 413;
  return new RefusedError(
    tooLarge
      ? "The request is too large for something in front of the provider (HTTP 413)."
      : `Something in front of the provider refused the request (HTTP ${status}).`,
    {
      code: tooLarge ? "too-large-in-front" : "refused-in-front",
      retry: "after-fix",
      remedy: tooLarge
        ? "Give the address of the picture, or a smaller picture."
        : "Check the base URL, and the proxies and firewalls on the way.",
      status,
    },
  );
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
