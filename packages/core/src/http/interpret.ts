import type { Refusals } from "@klingkit/spec";
import { parseJson } from "@klingkit/spec/client";
import { isObject, textOf } from "../lib/json.js";
import { type KeyFilter, withoutKeys } from "./without-keys.js";

/** An answer as it was received, before it is interpreted. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The answer points elsewhere; redirects are not followed. */
  readonly redirect: boolean;
}

/** A refusal, in one of the provider's formats. */
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
      /** The answer's `data`. */
      readonly data: unknown;
      /** The whole JSON body. */
      readonly body: unknown;
      readonly requestId: string | undefined;
    }
  | Refusal
  | {
      readonly kind: "unreadable";
      readonly what: string;
      /** The body is a page or a text, not JSON. */
      readonly isText: boolean;
    };

type Json = Readonly<Record<string, unknown>>;

/**
 * Decides what an answer means. The provider mixes several formats, so the order matters: format before status, number
 * before word, `code` before nested fields. The result does not contain the keys.
 */
export function interpret(
  { status, text, redirect }: Pick<RawAnswer, "status" | "text" | "redirect">,
  keys: KeyFilter,
): Interpretation {
  if (redirect) return unreadable("a redirect");
  if (text.trim() === "") return unreadable("an empty body");
  let body: unknown;
  try {
    body = parseJson(text);
    // A text that holds neither the key nor an escape, which could spell it in another way, needs no search.
    if (text.includes("\\") || keys.redact(text) !== text) body = withoutKeys(body, keys);
  } catch (error) {
    if (error instanceof RangeError) return unreadable("JSON that is nested too deeply");
    return unreadable(/^\s*</.test(text) ? "an HTML page" : "a body that is not whole JSON", !/^\s*[[{]/.test(text));
  }
  if (!isObject(body)) return unreadable("JSON that is not an object");
  const numbered = typeof body.code === "number" ? body : nestedNumber(body);
  const { code } = numbered ?? body;
  const { data, error } = body;
  const ok = status >= 200 && status < 300;
  const requestId = textOf(numbered?.request_id) ?? textOf(body.request_id);
  if (code === 0) {
    if (!ok) return unreadable("a success inside an error status");
    if (data === undefined || data === null) return unreadable("a success without data");
    return { kind: "success", data, body, requestId };
  }
  const refused = { kind: "refused", message: messageOf(body), requestId } as const;
  if (typeof code === "number") return { ...refused, shape: "service", providerCode: code };
  if (error !== undefined && error !== null) return gatewayRefusal(error);
  if (code === "success" && ok && isObject(data)) return { kind: "success", data, body, requestId };
  if (typeof code === "string") return { ...refused, shape: "task-layer", providerCode: code };
  if (code === null) return { ...refused, shape: "null-code", providerCode: undefined };
  if (ok && code === undefined && typeof body.task_status === "string") {
    return { kind: "success", data: body, body, requestId };
  }
  return unreadable("an object of no known shape");
}

/**
 * The object inside the body whose `code` is a number: `.data.data`, else `.data`, where 0 means nothing. A word at the top
 * rules them out.
 */
function nestedNumber(body: Json): Json | undefined {
  if (typeof body.code === "string" || !isObject(body.data)) return undefined;
  return [body.data.data, body.data].filter(isObject).find(({ code }) => typeof code === "number" && code !== 0);
}

function gatewayRefusal(error: unknown): Refusal {
  const fields = isObject(error) ? error : { message: error };
  const message = textOf(fields.message) ?? "";
  const requestId = /\(request id: ([^()]+)\)/.exec(message)?.[1];
  return { kind: "refused", shape: "gateway", providerCode: textOf(fields.code), message, requestId };
}

function messageOf({ message, data }: Json): string {
  return textOf(message) ?? (isObject(data) ? textOf(data.message) : undefined) ?? "";
}

function unreadable(what: string, isText = false): Interpretation {
  return { kind: "unreadable", what, isText };
}
