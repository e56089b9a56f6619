import { requestFacts } from "../../generated/facts.js";
import type { Dialect } from "../dialect.js";
import { own } from "../own.js";

/** The facts about one field that the rules need. */
export interface FieldFacts {
  readonly default?: unknown;
  /** Shorter limit stated by the gateway's page. */
  readonly gatewayMaxLength?: number;
  /** Values that the gateway may or may not accept, and Kling does not. */
  readonly openValues?: { readonly switch: string; readonly values: readonly string[] };
  /** The field this is another spelling of. */
  readonly aliasOf?: string;
  /** The server moves other values to the nearer end. */
  readonly clamped?: { readonly minimum: number; readonly maximum: number };
}

type ByDialect = Readonly<Partial<Record<Dialect, readonly string[]>>>;

/** The facts about one operation's body that the rules need. */
export interface RequestFacts {
  readonly required?: readonly string[];
  /** Required fields that a dialect does without, and others that it requires. */
  readonly relaxed?: ByDialect;
  readonly requiredIn?: ByDialect;
  /** The prefix of `model_name`, `mode` and `duration` where they are nested. */
  readonly nested?: string;
  readonly hasModel?: true;
  readonly fields?: Readonly<Record<string, FieldFacts>>;
}

/** The facts about an operation's body; empty for an unknown operation. */
export function factsOf(operation: string): RequestFacts {
  return own(requestFacts, operation) ?? {};
}

/** The server's defaults, as texts. */
export const defaultsOf = oncePerOperation((operation): ReadonlyMap<string, string> => {
  const fields = Object.entries(factsOf(operation).fields ?? {});
  return new Map(fields.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, textOf(value)]])));
});

/** A field's value as the rules compare it; "" for lists and objects. */
export function textOf(value: unknown): string {
  return typeof value === "object" ? "" : String(value);
}

/** Computes a value once for each operation. Unknown names are not remembered: their number has no limit. */
export function oncePerOperation<Value>(workOut: (operation: string) => Value): (operation: string) => Value {
  const known = new Map<string, Value>();
  return (operation) => {
    const before = known.get(operation);
    if (before !== undefined) return before;
    const value = workOut(operation);
    if (Object.hasOwn(requestFacts, operation)) known.set(operation, value);
    return value;
  };
}
