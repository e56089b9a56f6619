import { parseJson } from "@klingkit/spec/client";

/** An answer as it came, before anything is believed of it. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** The answer points elsewhere; redirects are not followed. */
  readonly redirect: boolean;
}

/** What an answer says. */
export type Interpretation =
  | { readonly kind: "success"; readonly data: unknown; readonly requestId: string | undefined }
  | {
      readonly kind: "refused";
      /** Which of the provider's error shapes it is. */
      readonly shape: "service" | "gateway" | "task-layer" | "null-code";
      readonly providerCode: number | string | undefined;
      readonly message: string;
      readonly requestId: string | undefined;
    }
  | { readonly kind: "unreadable"; readonly what: string };

type Json = Readonly<Record<string, unknown>>;

/**
 * Decides what an answer says, in the order the provider's mixture of shapes needs:
 * shape before status, number before word, `code` before anything nested.
 */
export function interpret(answer: RawAnswer): Interpretation {
  if (answer.redirect) return unreadable("a redirect");
  if (answer.text.trim() === "") return unreadable("an empty body");
  const body = parse(answer.text);
  if (body === undefined)
    return unreadable(/^\s*</.test(answer.text) ? "an HTML page" : "a body that is not whole JSON");
  if (!isObject(body)) return unreadable("JSON that is not an object");
  return interpretObject(body, answer.status >= 200 && answer.status < 300);
}

function interpretObject(body: Json, ok: boolean): Interpretation {
  const { code, requestId = text(body.request_id) } = numericCode(body);
  if (code === 0) {
    if (!ok) return unreadable("a success inside an error status");
    return body.data === undefined || body.data === null
      ? unreadable("a success without data")
      : { kind: "success", data: body.data, requestId };
  }
  if (code !== undefined) {
    return { kind: "refused", shape: "service", providerCode: code, message: message(body), requestId };
  }
  if (body.error !== undefined && body.error !== null) return gatewayRefusal(body.error);
  if (body.code === "success" && ok && isObject(body.data)) return { kind: "success", data: body.data, requestId };
  if (typeof body.code === "string") {
    return { kind: "refused", shape: "task-layer", providerCode: body.code, message: message(body), requestId };
  }
  if (body.code === null) {
    return { kind: "refused", shape: "null-code", providerCode: undefined, message: message(body), requestId };
  }
  if (ok && body.code === undefined && typeof body.task_status === "string")
    return { kind: "success", data: body, requestId };
  return unreadable("an object of no known shape");
}

/**
 * `.code`, else `.data.data.code`, else `.data.code`, where it is a number, with the trace id beside it; a word at the
 * top rules nested codes out.
 */
function numericCode(body: Json): { readonly code?: number; readonly requestId?: string | undefined } {
  if (typeof body.code === "number") return { code: body.code };
  if (typeof body.code === "string" || !isObject(body.data)) return {};
  for (const { code, request_id } of [body.data.data, body.data].filter(isObject)) {
    if (typeof code === "number" && code !== 0) return { code, requestId: text(request_id) };
  }
  return {};
}

function gatewayRefusal(error: unknown): Interpretation {
  const fields = isObject(error) ? error : { message: error };
  const words = text(fields.message) ?? "";
  return {
    kind: "refused",
    shape: "gateway",
    providerCode: text(fields.code),
    message: words,
    requestId: /\(request id: ([^)]+)\)/.exec(words)?.[1],
  };
}

function message(body: Json): string {
  const own = text(body.message);
  if (own !== undefined) return own;
  return isObject(body.data) ? (text(body.data.message) ?? "") : "";
}

function unreadable(what: string): Interpretation {
  return { kind: "unreadable", what };
}

function parse(body: string): unknown {
  try {
    return parseJson(body);
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
