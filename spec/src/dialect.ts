/** The two ways of answering: the CometAPI gateway's and Kling's own. */
export type Dialect = "cometapi" | "kling";

export type Verb = "submit" | "get" | "list";

/** How a dialect words one operation's answer. */
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
  readonly unverified?: boolean;
}

/** What can go wrong before a task exists. */
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
  | "duplicate-external-task-id";

/** How a dialect words a situation. `service` = shape A by catalogue code, `gateway` = B, `task-layer` = C, `redirect` = F. */
export type SituationAnswer =
  | { readonly shape: "service"; readonly code: number; readonly message?: string; readonly unverified?: boolean }
  | {
      readonly shape: "gateway" | "task-layer";
      readonly status: number;
      readonly code: string;
      readonly message: string;
      readonly unverified?: boolean;
    }
  | { readonly shape: "redirect"; readonly status: number; readonly location: string; readonly unverified?: boolean };

export interface DialectRow {
  readonly name: Dialect;
  readonly title: string;
  /** Origin without `/kling` and without a trailing slash. */
  readonly baseUrl: string;
  /** What stands before `/v1/…`. */
  readonly pathPrefix: "" | "/kling";
  readonly authentication: "bearer" | "bearer-or-jwt";
  /** Whether families have a list. */
  readonly list: boolean;
  readonly situations: Readonly<Partial<Record<Situation, SituationAnswer>>>;
}

export interface FamilyProfile {
  readonly answers: Readonly<Partial<Record<Verb, Readonly<Record<Dialect, AnswerProfile>>>>>;
  /** Run times seen, in seconds, by mode; `any` where the mode does not matter. */
  readonly typicalSeconds: Readonly<Record<string, number>>;
  /** Fields that the create must carry. */
  readonly requiredFields: readonly string[];
  /** Those of them that the dialect does not require. */
  readonly relaxed: Readonly<Partial<Record<Dialect, readonly string[]>>>;
}

/**
 * A contract path (`/kling/v1/…`) as the dialect's server knows it. The only place where the prefix is added or dropped.
 */
export function dialectPath(contractPath: string, dialect: Dialect): string {
  return dialect === "kling" ? contractPath.replace(/^\/kling(?=\/)/, "") : contractPath;
}
