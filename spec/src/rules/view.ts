import { models, openSwitches } from "../../generated/catalogue.js";
import type { Capability, Conditions } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";
import { own } from "../own.js";
import { factsOf } from "./facts.js";

/** Questions nobody has settled; each can be answered either way. See `catalogue/models.yaml`. */
export type OpenSwitch = keyof typeof openSwitches;

export interface RuleOptions {
  readonly dialect: Dialect;
  /** How open questions are answered; for the others the catalogue's best guess, `openSwitches`, counts. */
  readonly openQuestions?: Readonly<Partial<Record<OpenSwitch, "accept" | "refuse">>>;
  /** Whether models that were switched off are refused. Default "accept". */
  readonly retiredModels?: "accept" | "refuse";
  /** The parent task's model, where the request continues a task and names no model itself (video-extend). */
  readonly parentModel?: string;
}

/** A request as the rules see it: absent and empty are the same, the server's defaults are filled in. */
export class RequestView {
  readonly family: string;
  readonly options: RuleOptions;
  /** What stands before `model_name`, `mode` and `duration`: "input." where the family nests them. */
  readonly prefix: string;
  readonly #body: unknown;

  constructor(family: string, body: unknown, options: RuleOptions) {
    this.family = family;
    this.options = options;
    this.#body = body;
    this.prefix = factsOf(family).nested ?? "";
  }

  /** The value at a dotted path; undefined for absent, null, "" and []. */
  get(path: string): unknown {
    let value = this.#body;
    for (const key of path.split(".")) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, unknown>>)[key];
    }
    return isAbsent(value) ? undefined : value;
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  /** The value as text, or the server's default for it, or "". */
  text(path: string): string {
    const value = this.get(path) ?? own(factsOf(this.family).fields ?? {}, path)?.default;
    return typeof value === "object" || value === undefined ? "" : String(value);
  }

  /** The value as a number; NaN where there is none. */
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

  get model(): string {
    return this.text(`${this.prefix}model_name`) || (this.options.parentModel ?? "");
  }

  /** What the model can do in this family; undefined where the catalogue doesn't know. */
  get capability(): Capability | undefined {
    return capabilityOf(this.model, this.family);
  }

  isAccepted(question: string): boolean {
    const answers: Readonly<Record<string, string>> = { ...openSwitches, ...this.options.openQuestions };
    return own(answers, question) !== "refuse";
  }

  matches(conditions: Conditions): boolean {
    return Object.entries(conditions).every(([path, allowed]) => {
      if (allowed.length === 0) return !this.has(path);
      return allowed[0] === "*" ? this.has(path) : allowed.includes(this.text(path));
    });
  }
}

/** What a model can do in a family; undefined where the catalogue doesn't know. */
export function capabilityOf(model: string, family: string): Capability | undefined {
  const row: Readonly<Record<string, Capability | string>> = own(models, model) ?? {};
  const capability = own(row, family);
  return typeof capability === "object" ? capability : undefined;
}

/** An empty string and an empty list mean "not set" (official samples send both). */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}
