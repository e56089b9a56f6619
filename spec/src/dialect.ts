import type { GatewayStatus } from "./operation.js";

/** The two ways of answering: the CometAPI gateway's and Kling's own. */
export type Dialect = "cometapi" | "kling";

/** What an endpoint does: `call` answers at once, the others belong to a family. */
export type Verb = "submit" | "get" | "list" | "call";

/** How a dialect words the answer of one endpoint. */
export interface AnswerProfile {
  readonly message: string;
  readonly requestId: "absent" | "uuid" | "task-id";
  /** Which snowflake the task ids are; set on submits. */
  readonly ids?: "native" | "gateway";
  /** `task_status_msg` while nothing has failed. */
  readonly statusMessage: "absent" | "empty" | "null";
  /** `task_info.external_task_id` when the caller gave none. */
  readonly emptyExternalTaskId: "absent" | "null";
  /** `task_result` until there is one. */
  readonly runningResult: "absent" | "empty" | "null";
  readonly deductions: "none" | "units" | "units-and-balance";
  /** Fields of the result items that this dialect leaves out, such as `index`. */
  readonly omits?: readonly string[];
  readonly unverified?: boolean;
}

/** Situations in which a request is refused before a task exists. */
export type Situation =
  | "missing-key"
  | "wrong-key"
  | "token-not-yet-valid"
  | "token-expired"
  | "unknown-task"
  | "wrong-path"
  | "wrong-method"
  | "bad-json"
  | "too-large"
  | "invalid-parameter"
  | "unknown-model"
  | "discontinued-model"
  | "discontinued-route"
  | "duplicate-external-task-id"
  /** The route answers that it does not exist; expand at CometAPI. */
  | "unavailable"
  /** tts: the voice does not speak the language. */
  | "voice-not-found"
  /** video-extend: with the extension the video would be longer than three minutes. */
  | "video-too-long";

/**
 * How a dialect words a situation. `service` = shape A by catalogue code, `gateway` = B, `task-layer` = C,
 * `nested` = D, `null-code` = E, `redirect` = F.
 */
export type SituationAnswer = { readonly unverified?: boolean } & (
  | { readonly shape: "service"; readonly code: number; readonly message?: string }
  | {
      readonly shape: "gateway" | "task-layer";
      readonly status: number;
      readonly code: string;
      readonly message: string;
    }
  | { readonly shape: "nested"; readonly status: number; readonly code: number; readonly message: string }
  | { readonly shape: "null-code"; readonly status: number; readonly message: string }
  | { readonly shape: "redirect"; readonly status: number; readonly location: string }
);

export interface DialectRow {
  readonly name: Dialect;
  readonly title: string;
  /** Origin without `/kling` and without a trailing slash. */
  readonly baseUrl: string;
  readonly authentication: "bearer" | "bearer-or-jwt";
  /** Whether families have a list. */
  readonly list: boolean;
  /** Paths of this server that are outside of the contract, with everything below them. */
  readonly unsimulated?: readonly string[];
  readonly situations: Readonly<Partial<Record<Situation, SituationAnswer>>>;
}

/** What the dialects do with one operation: with each endpoint of a family, or with a call. */
export interface OperationProfile {
  /** Whether the gateway serves each verb. */
  readonly gatewayStatus: Readonly<Partial<Record<Verb, GatewayStatus>>>;
  readonly answers: Readonly<Partial<Record<Verb, Readonly<Record<Dialect, AnswerProfile>>>>>;
  /** Situations that only this operation has, or that it words differently than the dialect's own rows. */
  readonly situations: Readonly<Partial<Record<Dialect, Readonly<Partial<Record<Situation, SituationAnswer>>>>>>;
  /** Run times seen, in seconds, by model and mode (`kling-v3/pro`) or by mode; `any` where the mode does not matter. 0 for calls. */
  readonly typicalSeconds: Readonly<Record<string, number>>;
  /** Keys of `task_result` and the contract's name of one item: `{ videos: "VideoResult" }`; empty for calls. */
  readonly results: Readonly<Record<string, string>>;
  /** Required fields of the create that the dialect does not require. */
  readonly relaxed: Readonly<Partial<Record<Dialect, readonly string[]>>>;
  /** Fields that only the dialect requires, nested ones with dots: `input.duration`. */
  readonly requiredIn: Readonly<Partial<Record<Dialect, readonly string[]>>>;
}

/**
 * A contract path (`/kling/v1/…`) as the dialect's server knows it. The only place where the prefix is added or dropped.
 * Paths that only Kling serves (`/account/…`) have no prefix in the contract and stay as they are.
 */
export function dialectPath(contractPath: string, dialect: Dialect): string {
  return dialect === "kling" ? contractPath.replace(/^\/kling(?=\/)/, "") : contractPath;
}
