import { models } from "../../generated/catalogue.js";
import { requestFields } from "../../generated/fields.js";
import type { Capability, FeatureRule } from "../catalogue-types.js";
import type { Dialect } from "../dialect.js";

/** Questions nobody has settled; each can be answered either way. See `catalogue/models.yaml`. */
export type OpenSwitch = "cfgScaleOnV2" | "cfgScaleOnV3" | "otherDurationsOnV26" | "voiceListOnV3";

export interface RuleOptions {
  readonly dialect: Dialect;
  /** How open questions are answered. Default: every one "accept". */
  readonly openQuestions?: Readonly<Partial<Record<OpenSwitch, "accept" | "refuse">>>;
  /** Whether models that were switched off are refused. Default "accept". */
  readonly retiredModels?: "accept" | "refuse";
}

/** A request as the rules see it: absent and empty are the same, the server's defaults are filled in. */
export class RequestView {
  readonly family: string;
  readonly options: RuleOptions;
  readonly #body: Readonly<Record<string, unknown>>;

  constructor(family: string, body: Readonly<Record<string, unknown>>, options: RuleOptions) {
    this.family = family;
    this.#body = body;
    this.options = options;
  }

  /** The field's value; undefined for absent, null, "" and []. */
  get(field: string): unknown {
    const value = this.#body[field];
    return isAbsent(value) ? undefined : value;
  }

  has(field: string): boolean {
    return this.get(field) !== undefined;
  }

  /** The field as text, or the server's default for it, or "". */
  text(field: string): string {
    const value = this.get(field) ?? requestFields[this.family]?.find(({ name }) => name === field)?.default;
    return value === undefined ? "" : String(value);
  }

  list(field: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.get(field);
    return Array.isArray(value) ? value : [];
  }

  get model(): string {
    return this.text("model_name");
  }

  /** What the model can do in this family; undefined where the catalogue doesn't know. */
  get capability(): Capability | undefined {
    const row = models[this.model]?.[this.family];
    return typeof row === "object" ? row : undefined;
  }

  isOpenAccepted(question: string): boolean {
    return this.options.openQuestions?.[question as OpenSwitch] !== "refuse";
  }

  /** Whether the model has the feature under this request's mode, duration and sound. */
  allows(feature: string, type?: string): boolean {
    const capability = this.capability;
    if (!capability) return true;
    const rule: FeatureRule = capability.features[feature] ?? false;
    if (typeof rule === "boolean") return rule;
    if ("open" in rule) return this.isOpenAccepted(rule.open);
    const ignoresMode = capability.modes === "any";
    return (
      (ignoresMode || includes(rule.mode, this.text("mode"))) &&
      includes(rule.duration, this.text("duration")) &&
      includes(rule.sound, this.text("sound")) &&
      (type === undefined || includes(rule.type, type))
    );
  }
}

/** An empty string and an empty list mean "not set" (official samples send both). */
export function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function includes(allowed: readonly string[] | undefined, value: string): boolean {
  return allowed === undefined || allowed.includes(value);
}
