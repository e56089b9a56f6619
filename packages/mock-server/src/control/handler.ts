import { MockProblem } from "../engine/problem.js";
import type { MockAnswer, MockRequest } from "../wire/http.js";
import type { Parts, Some } from "../wire/parts.js";
import { readJson } from "../wire/read-json.js";

/** The parameters of a control call. */
export interface ControlCall {
  readonly request: MockRequest;
  /** The path's `{id}`; "" where it has none. */
  readonly id: string;
}

export type ControlHandler = (parts: Parts, call: ControlCall) => MockAnswer | Promise<MockAnswer>;

/** Handlers by method and path: `GET /__mock/tasks/{id}`. */
export type ControlHandlers = Readonly<Record<string, ControlHandler>>;

/** The body's fields; none where there is no body. @throws MockProblem for a body that is not an object */
export function fieldsOf({ request }: ControlCall): Readonly<Record<string, unknown>> {
  const { body = "" } = request;
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  if (text.trim() === "") return {};
  const fields = readJson(text);
  if (fields && !Array.isArray(fields)) return { ...fields };
  throw new MockProblem(400, "invalid-body", "Send the body as a JSON object.");
}

/**
 * Refuses unknown fields, so that a misspelt one does not pass unnoticed, and no callback that was sent to a control address has an
 * effect there: its body has the fields of a task.
 */
export function onlyKnown(fields: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new MockProblem(
      400,
      "unknown-field",
      `There is no field ${unknown} here. Known: ${known.join(", ") || "none"}.`,
    );
}

/** The account that the query names; undefined where it names none. @throws MockProblem for an unknown one */
export function accountOf({ accounts }: Some<"accounts">, { request }: ControlCall): string | undefined {
  const name = request.query.get("account");
  return name === null ? undefined : accounts.byName(name).name;
}

/** A whole number from the query; the fallback where there is none. */
export function limitOf({ request }: ControlCall, fallback: number): number {
  const text = request.query.get("limit");
  if (text === null) return fallback;
  const limit = Number(text);
  if (text !== "" && Number.isInteger(limit) && limit >= 0) return limit;
  throw new MockProblem(400, "invalid-limit", `limit is "${text}"; give a whole number from 0.`);
}

/** The last `limit` items of a list that has the oldest first. */
export function newest<Item>(items: readonly Item[], limit: number): readonly Item[] {
  return limit === 0 ? [] : items.slice(-limit);
}
