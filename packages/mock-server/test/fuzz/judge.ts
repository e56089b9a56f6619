import { parseJson } from "@klingkit/spec";
import { contractProblem } from "../contract-check.js";
import type { FuzzedRequest } from "./requests.js";

/** What came back, from whichever door. */
export interface FuzzedAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** What is wrong with an answer; undefined where nothing is. */
export function problemWith(request: FuzzedRequest, answer: FuzzedAnswer): string | undefined {
  const { status, headers, text } = answer;
  if (!Number.isInteger(status) || status < 200 || status > 599) return `status ${status}`;
  const isJson = headers["content-type"]?.includes("json") ?? false;
  const body = isJson && request.method !== "HEAD" ? parse(text) : undefined;
  if (isJson && request.method !== "HEAD" && body === undefined) return `JSON that is none: ${text.slice(0, 200)}`;
  if (request.asked || headers["preference-applied"] !== undefined) return undefined;
  if (status >= 500) return `status ${status}: ${text.slice(0, 300)}`;
  const { operation } = request;
  if (!operation || body === undefined || isOwnComplaint(body)) return undefined;
  return contractProblem(operation.path, operation.method, { status, body });
}

/** The simulator's own complaint, about steering words it does not know. */
function isOwnComplaint(body: unknown): boolean {
  return (body as { readonly error?: { readonly type?: unknown } } | null)?.error?.type === "klingkit_mock_error";
}

function parse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
