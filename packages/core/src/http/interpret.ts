import type { Refusals } from "@klingkit/spec";
import { parseJson } from "@klingkit/spec/client";
import { isObject, textOf } from "../lib/json.js";
import { type Redact, withoutKeys } from "./without-keys.js";

/** An answer as it came, before anything is believed of it. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer points elsewhere; redirects are not followed. */
  readonly redirect: boolean;
}

/** A "no" in one of the provider's shapes. */
export interface Refusal {
  readonly kind: "refused";
  readonly shape: keyof Refusals;
  readonly providerCode: number | string | undefined;
  readonly message: string;
  readonly requestId: string | undefined;
}

/** What an answer says. */
export type Interpretation =
  | {
      readonly kind: "success";
      /** What the answer is about. */
      readonly data: unknown;
      /** The whole of it. */
      readonly body: unknown;
      readonly requestId: string | undefined;
    }
  | Refusal
  | {
      readonly kind: "unreadable";
      readonly what: string;
      /** It is a page or a text, no attempt at JSON. */
      readonly isText: boolean;
    };

type Json = Readonly<Record<string, unknown>>;

/**
 * Decides what an answer says, in the order the provider's mixture of shapes needs:
 * shape before status, number before word, `code` before anything nested. Nothing it tells holds the keys.
 */
export function interpret(
  { status, text, redirect }: Pick<RawAnswer, "status" | "text" | "redirect">,
  redact: Redact,
): Interpretation {
  if (redirect) return unreadable("a redirect");
  if (text.trim() === "") return unreadable("an empty body");
  const body = parse(text, redact);
  if (body === undefined)
    return unreadable(/^\s*</.test(text) ? "an HTML page" : "a body that is not whole JSON", !/^\s*[[{]/.test(text));
  if (!isObject(body)) return unreadable("JSON that is not an object");
  return interpretObject(body, status >= 200 && status < 300);
}

function interpretObject(body: Json, ok: boolean): Interpretation {
  const numbered = withNumber(body);
  const { code } = numbered ?? body;
  const { data, error } = body;
  const requestId = textOf(numbered?.request_id) ?? textOf(body.request_id);
  const success = (result: unknown) => ({ kind: "success", data: result, body, requestId }) as const;
  const refused = (shape: Refusal["shape"], providerCode?: number | string) =>
    ({ kind: "refused", shape, providerCode, message: messageOf(body), requestId }) as const;
  if (code === 0) {
    if (!ok) return unreadable("a success inside an error status");
    return data === undefined || data === null ? unreadable("a success without data") : success(data);
  }
  if (typeof code === "number") return refused("service", code);
  if (error !== undefined && error !== null) return gatewayRefusal(error);
  if (code === "success" && ok && isObject(data)) return success(data);
  if (typeof code === "string") return refused("task-layer", code);
  if (code === null) return refused("null-code");
  if (ok && code === undefined && typeof body.task_status === "string") return success(body);
  return unreadable("an object of no known shape");
}

/**
 * The object whose `code` is a number: the body, else `.data.data`, else `.data`, where 0 means nothing. A word at the
 * top rules nested codes out.
 */
function withNumber(body: Json): Json | undefined {
  if (typeof body.code === "number") return body;
  if (typeof body.code === "string" || !isObject(body.data)) return undefined;
  return [body.data.data, body.data].filter(isObject).find(({ code }) => typeof code === "number" && code !== 0);
}

function gatewayRefusal(error: unknown): Refusal {
  const fields = isObject(error) ? error : { message: error };
  const message = textOf(fields.message) ?? "";
  const requestId = /\(request id: ([^)]+)\)/.exec(message)?.[1];
  return { kind: "refused", shape: "gateway", providerCode: textOf(fields.code), message, requestId };
}

function messageOf({ message, data }: Json): string {
  return textOf(message) ?? (isObject(data) ? textOf(data.message) : undefined) ?? "";
}

function unreadable(what: string, isText = false): Interpretation {
  return { kind: "unreadable", what, isText };
}

function parse(body: string, redact: Redact): unknown {
  try {
    const value = parseJson(body);
    // What neither holds a key as it is nor spells letters in another way needs no looking through.
    return body.includes("\\") || redact(body) !== body ? withoutKeys(value, redact) : value;
  } catch {
    return undefined;
  }
}
