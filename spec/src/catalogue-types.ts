/**
 * Whether the same call may be sent again. `unknown` (creates only): a task may have been made and charged; look it up.
 */
export type RetryVerdict = "never" | "after-delay" | "after-fix" | "unknown";

interface Verdicts {
  /** Stable name, the `code` of klingkit's errors. */
  readonly name: string;
  /** The server's words; where none are on record, klingkit's. */
  readonly text: string;
  /** Verdict for queries. */
  readonly read: RetryVerdict;
  /** Verdict for creates. */
  readonly create: RetryVerdict;
  /** What to do, one sentence. */
  readonly remedy: string;
}

/** One of Kling's own codes. */
export interface ErrorRow extends Verdicts {
  readonly code: number;
  readonly status: number;
}

/** One of the gateway's refusals; `code: "*"` fits any. */
export interface GatewayErrorRow extends Verdicts {
  readonly status: number;
  readonly code: string;
}

/** One of several refusals that share a code of Kling's; the start of the message tells which. */
export interface ServiceTextErrorRow extends Verdicts {
  readonly code: number;
  readonly status: number;
  readonly startsWith: string;
}

export interface TaskLayerErrorRow extends Verdicts {
  readonly code: string;
  readonly status: number;
}

/** A refusal whose `code` is null; the status is a guess. */
export interface NullCodeErrorRow extends Verdicts {
  readonly status: number;
}

/** How a task can end. */
export type TaskEnd = "succeeded" | "failed" | "cancelled" | "expired";

/** The words that say so, in lower case, and what to do where the reason does not tell. */
export interface TaskEndRow {
  readonly words: readonly string[];
  readonly remedy?: string;
}

/** Why an accepted task ended as failed; `text` is a part of `task_status_msg`, or "" for no reason. */
export interface TaskFailureRow {
  readonly text: string;
  readonly name: string;
  /** Whether the same request may pass under a new external_task_id. */
  readonly retry: "after-delay" | "after-fix";
  readonly remedy: string;
}

/**
 * What a client needs of a refusal. `starts` is how the answer begins when it is written as `<code> <message>`, with the
 * status before it in the gateway's shape. The verdicts are left out where both are `after-fix`.
 */
export type RefusalEntry = readonly [
  starts: string,
  name: string,
  remedy: string,
  read?: RetryVerdict,
  create?: RetryVerdict,
];

/** Refusals by the shape of the answer: Kling's own, the gateway's, its task store's, and those whose `code` is null. */
export type Refusals = Readonly<Record<"service" | "gateway" | "task-layer" | "null-code", readonly RefusalEntry[]>>;

/**
 * What a client needs of a failed task's reason: `text` in lower case, a part of `task_status_msg` or "" for no reason.
 * The verdict is left out where it is `after-fix`.
 */
export type FailureEntry = readonly [text: string, name: string, remedy: string, retry?: "after-delay"];

/**
 * What must hold of a request: wire fields (dotted for nested ones) and the values each may have.
 * `[]` is "must be absent", `["*"]` is "must be given", `""` among the values is "or absent".
 */
export type Conditions = Readonly<Record<string, readonly string[]>>;

/** Conditions under which a model has a feature; `open` names the switch of an unsettled one. */
export type FeatureConditions = { readonly open?: string } & { readonly [field: string]: readonly string[] | string };

/** Whether a model has a feature: always (`true`), never (`false`), or under conditions (one set, or one of several). */
export type FeatureRule = boolean | FeatureConditions | readonly FeatureConditions[];

/** What a model can do in one family. */
export interface Capability {
  /** When the model was switched off in this family. */
  readonly discontinued?: string;
  /** `any`: the model has no std/pro split and ignores `mode`. */
  readonly modes?: readonly string[] | "any";
  readonly durations?: readonly string[];
  /** Durations that may or may not be accepted; a switch decides. */
  readonly openDurations?: { readonly switch: string; readonly durations: readonly string[] };
  /** When these hold, `duration` does not matter. */
  readonly durationIgnored?: Conditions;
  /** Durations for requests with only text or a first frame; where it is an open question, a switch decides. */
  readonly withoutReference?: { readonly durations: readonly string[]; readonly open?: string };
  /** The most pictures a request may have when one of them is a frame. */
  readonly mostImagesWithFrames?: number;
  /** What other fields may be, by wire name. */
  readonly values?: Readonly<Record<string, readonly string[]>>;
  readonly features?: Readonly<Record<string, FeatureRule>>;
}

/** One model: its capability in each family it serves; `discontinued` when it was switched off in all of them. */
export type ModelRow = { readonly discontinued?: string } & { readonly [family: string]: Capability | string };

/** Effect scenes by the number of pictures they take. */
interface ScenesByPictures {
  readonly single: readonly string[];
  readonly dual: readonly string[];
}

/** The effect scenes of the official list, those of earlier ones, and when some of these were taken away. */
export interface EffectScenes extends ScenesByPictures {
  readonly earlier: ScenesByPictures;
  /** Day by scene, as `2026-01-30`. */
  readonly ended: Readonly<Record<string, string>>;
}

export type PriceUnit = "video" | "image";

/** The unit a rate is charged by: a second of output, five seconds begun, one call, one picture. */
export type PricePer = "second" | "5-seconds" | "call" | "image";

/** Units by mode; `any` where the mode does not matter. */
export type ModePrices = Readonly<Record<string, number>>;

/** A model's units by mode, and its other tariffs by name. */
export type ModelPrices = Readonly<Record<string, number | ModePrices>>;

/** How one operation is billed. */
export interface OperationPrices {
  readonly unit: PriceUnit;
  readonly per: PricePer;
  /** Wire field that says how many; absent where the request does not say. */
  readonly quantity?: string;
  /** When it holds, the request does not say how many after all. */
  readonly unknownQuantity?: Conditions;
  /** Billing of several pictures that belong together. */
  readonly series?: { readonly when: Conditions; readonly quantity: string; readonly alwaysOne: readonly string[] };
  /** Other tariffs, the first that fits counts. */
  readonly tariffs?: Readonly<Record<string, Conditions>>;
  readonly byModel?: Readonly<Record<string, ModelPrices>>;
  readonly byMode?: ModePrices;
  /** When the price was read. */
  readonly date: string;
}

export interface Prices {
  readonly date: string;
  /** List price of one unit in dollars. */
  readonly units: Readonly<Record<PriceUnit, { readonly usd: number }>>;
  readonly operations: Readonly<Record<string, OperationPrices>>;
  /** Calls that cost nothing. */
  readonly free: { readonly calls: readonly string[]; readonly date: string };
  readonly gateway: {
    /** Since then the gateway charges Kling's list; before, one of `history`. */
    readonly listPriceSince: string;
    readonly history: readonly GatewayPriceList[];
  };
}

/** What the gateway once listed, in dollars a silent clip by model, mode and duration. */
export interface GatewayPriceList {
  readonly families: readonly string[];
  readonly clips: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, number>>>>>>;
  /** The lowest and the highest price of a picture. */
  readonly imageRange: readonly number[];
  readonly date: string;
}
