import { models, openSwitches } from "../../generated/catalogue.js";
import type { Capability, Conditions } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";
import { own } from "../own.js";
import { defaultsOf, factsOf, textOf } from "./facts.js";

/** Open questions about the provider; each can be answered either way. See `catalogue/models.yaml`. */
export type OpenSwitch = keyof typeof openSwitches;

export interface RuleOptions {
  readonly dialect: Dialect;
  /** How open questions are answered; for the others the catalogue's best guess, `openSwitches`, counts. */
  readonly openQuestions?: Readonly<Partial<Record<OpenSwitch, "accept" | "refuse">>> | undefined;
  /**
   * Whether models, routes and effect scenes that were discontinued are refused. Default: on `kling` they are; on
   * `cometapi` those that a request names are, and a default model that nobody named passes with a warning.
   */
  readonly discontinued?: "accept" | "refuse" | undefined;
  /**
   * Unix milliseconds at which the request is judged; what is discontinued later still counts as served. Default: everything with
   * a discontinuation date counts as discontinued, also a date in the future.
   */
  readonly at?: number | undefined;
  /** The parent task's model, where the request continues a task and names no model itself (video-extend). */
  readonly parentModel?: string | undefined;
}

/** A request as the rules see it: absent and empty are the same, the server's defaults are filled in. */
export class RequestView {
  readonly operation: string;
  readonly options: RuleOptions;
  /** The prefix of `model_name`, `mode` and `duration`: "input." where the operation nests them. */
  readonly prefix: string;
  /** The requested model, else the server's default, else "". */
  readonly model: string;
  /** The model's capability in this operation; undefined for a model the catalogue doesn't know. */
  readonly capability: Capability | undefined;
  readonly #body: unknown;
  readonly #defaults: ReadonlyMap<string, string>;

  constructor(operation: string, body: unknown, options: RuleOptions) {
    const { nested = "" } = factsOf(operation);
    this.operation = operation;
    this.options = options;
    this.#body = body;
    this.#defaults = defaultsOf(operation);
    this.prefix = nested;
    this.model = this.text(`${nested}model_name`) || (options.parentModel ?? "");
    this.capability = capabilityOf(this.model, operation);
  }

  /** The value at a dotted path; undefined for absent, null, "" and []. */
  get(path: string): unknown {
    // Most paths are one name: splitting them all took a tenth of a check.
    const value = path.includes(".") ? path.split(".").reduce(child, this.#body) : child(this.#body, path);
    return isAbsent(value) ? undefined : value;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** The value as text, or the server's default for it, or "". */
  text(path: string): string {
    const value = this.get(path);
    return value === undefined ? (this.#defaults.get(path) ?? "") : textOf(value);
  }

  /** The value as a number; NaN where the field is absent. */
  number(path: string): number {
    const value = this.text(path);
    return value === "" ? Number.NaN : Number(value);
  }

  /** How many items a list has; 1 for another value, 0 for none. */
  count(path: string): number {
    const value = this.get(path);
    if (Array.isArray(value)) return value.length;
    return value === undefined ? 0 : 1;
  }

  /** The paths of a list's items: `image_list.0`. */
  items(path: string): string[] {
    return Array.from({ length: this.count(path) }, (_, index) => `${path}.${index}`);
  }

  /** Whether an open question counts as accepted: by the options, else by the catalogue's guess, else it does. */
  isAccepted(question: string): boolean {
    const answers: Readonly<Record<string, string>> = this.options.openQuestions ?? {};
    const guesses: Readonly<Record<string, string>> = openSwitches;
    return (own(answers, question) ?? own(guesses, question)) !== "refuse";
  }

  /** Whether a day, `2026-09-15`, has begun at the time of the request. */
  hasCome(day: string): boolean {
    return this.options.at === undefined || this.options.at >= Date.parse(day);
  }

  /** Whether the server refuses something discontinued. @param isNamed whether the request says it itself */
  refusesDiscontinued(isNamed: boolean): boolean {
    const { discontinued, dialect } = this.options;
    return discontinued === undefined ? dialect === "kling" || isNamed : discontinued === "refuse";
  }

  matches(conditions: Conditions): boolean {
    for (const path in conditions) if (!this.isOneOf(path, conditions[path] ?? [])) return false;
    return true;
  }

  /** Whether the value is one of these; `[]` is absent, `["*"]` is given. */
  isOneOf(path: string, allowed: readonly string[]): boolean {
    if (allowed.length === 0) return !this.has(path);
    return allowed[0] === "*" ? this.has(path) : allowed.includes(this.text(path));
  }
}

function child(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null ? own(value as Record<string, unknown>, key) : undefined;
}

/** A model's capability in an operation; undefined for a model the catalogue doesn't know. */
export function capabilityOf(model: string, operation: string): Capability | undefined {
  const row: Readonly<Record<string, Capability | string>> = own(models, model) ?? {};
  const capability = own(row, operation);
  return typeof capability === "object" ? capability : undefined;
}

/** An empty string and an empty list mean "not set" (official samples send both). */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
