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
  /** True where a newly signed token may help. */
  readonly resign?: boolean;
}

/** One of the gateway's refusals; `code: "*"` fits any. */
export interface GatewayErrorRow extends Verdicts {
  readonly status: number;
  readonly code: string;
}

export interface TaskLayerErrorRow extends Verdicts {
  readonly code: string;
  readonly status: number;
}

/** Why an accepted task ended as failed; `text` is `task_status_msg`. */
export interface TaskFailureRow {
  readonly text: string;
  readonly name: string;
  readonly remedy: string;
}

/** What a feature needs: nothing (`true`), it does not exist (`false`), conditions, or an open question's switch. */
export type FeatureRule =
  | boolean
  | { readonly open: string }
  | {
      readonly mode?: readonly string[];
      readonly duration?: readonly string[];
      readonly type?: readonly string[];
      readonly sound?: readonly string[];
    };

/** What a model can do in one family. */
export interface Capability {
  /** `any`: the model has no std/pro split and ignores `mode`. */
  readonly modes: readonly string[] | "any";
  readonly durations: readonly string[];
  /** Durations nobody has settled, behind a switch. */
  readonly openDurations?: { readonly switch: string; readonly durations: readonly string[] };
  readonly features: Readonly<Record<string, FeatureRule>>;
}

/** One model: its capability in each family it serves, and when it was switched off. */
export type ModelRow = { readonly retired?: string } & { readonly [family: string]: Capability | string };

/** Units a second by mode (`any` where the mode does not matter), other tariffs under `sound` and `voice`. */
export interface VideoPrice {
  readonly [modeOrTariff: string]: number | Readonly<Record<string, number>>;
}

export interface Prices {
  readonly video: {
    readonly unit: { readonly usd: number };
    readonly perSecond: Readonly<Record<string, VideoPrice>>;
    readonly date: string;
  };
}
