import type { Situation } from "./dialect.js";

/** One thing wrong, or doubtful, with a request. */
export interface Finding {
  /** Stable name of the rule. */
  readonly rule: string;
  /** Wire name of the field, dotted for nested ones. */
  readonly field: string;
  /** In the provider's words where they are on record, else in their style. */
  readonly message: string;
  /** For the reader: what to do. */
  readonly advice: string;
  /** `warn`: it is not confirmed that the server refuses this. */
  readonly severity: "refuse" | "warn";
  readonly situation: Situation;
}
