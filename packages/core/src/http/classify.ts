import type { RetryVerdict } from "@klingkit/spec";
import { refusals } from "@klingkit/spec/client";
import { type ErrorDetails, ResponseFormatError } from "../errors/index.js";
import type { Refusal } from "./interpret.js";

/** What a refusal means for the caller. */
export interface Classification {
  readonly code: string;
  readonly retry: RetryVerdict;
  readonly remedy: string;
}

/** A GET can be repeated; a POST may be paid for. */
export type Method = "GET" | "POST";

/** Finds the refusal in the catalogue. A refusal that is not there is judged by its HTTP status. */
export function classify(refusal: Refusal, status: number, method: Method): Classification {
  const { shape, providerCode = "", message } = refusal;
  const said = `${shape === "gateway" ? `${status} ` : ""}${providerCode} ${message}`;
  const entry = refusals[shape].find(([starts]) => said.startsWith(starts));
  if (!entry) return { code: "unknown-refusal", ...judgeByStatus(status, method) };
  const [, code, remedy, read = "after-fix", create = "after-fix"] = entry;
  return { code, remedy, retry: method === "GET" ? read : create };
}

/** Verdict for an answer that the catalogue does not know. */
function judgeByStatus(status: number, method: Method): Omit<Classification, "code"> {
  if (!isInconclusive(status)) return { retry: "after-fix", remedy: "Change the request as the message says." };
  if (method === "GET") return { retry: "after-delay", remedy: "Try again later." };
  return { retry: "unknown", remedy: "Look the task up by its external_task_id before trying again." };
}

/**
 * Whether the status leaves it open whether the request was carried out. Proxies also send 408, 425, 429, 460 and 499
 * after they have passed a request on.
 */
export function isInconclusive(status: number): boolean {
  return status < 300 || status >= 500 || [408, 425, 429, 460, 499].includes(status);
}

/** The error for an answer that can't be used. Until more is known, it counts as a server error. */
export function badAnswer(what: string, method: Method, known: Partial<ErrorDetails>): ResponseFormatError {
  return new ResponseFormatError(what, { code: "response-format", ...judgeByStatus(500, method), ...known });
}
