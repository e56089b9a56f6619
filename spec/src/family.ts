/** Whether the CometAPI gateway serves an operation: `live` = a successful call is on record. */
export type GatewayStatus = "live" | "documented" | "undocumented" | "unavailable" | "retired";

/** One row of the families table: what a client needs to call a family. */
export interface Family {
  /** Name in code, `image2video`. */
  readonly name: string;
  /** Create and list path as the gateway serves it, `/kling/v1/videos/image2video`; one task is at `{path}/{id}`. */
  readonly path: string;
  readonly gatewayStatus: GatewayStatus;
  /** Whether the create takes an `external_task_id`; without one an ambiguous call can't be looked up. */
  readonly externalTaskId: "yes" | "unlisted" | "no";
  /** Whether the family has a list at all (Kling only). */
  readonly list: boolean;
  /** Keys of `task_result` and the contract's name of one item: `{ videos: "VideoResult" }`. */
  readonly results: Readonly<Record<string, string>>;
  /** When to ask first, in milliseconds after the create. */
  readonly firstPollMs: number;
  /** Shortest and longest pause between two polls, in milliseconds. */
  readonly pollMs: readonly [number, number];
}

/** What a picture must be like before a server takes it. */
export interface ImageLimits {
  readonly formats: readonly ("jpeg" | "png")[];
  /** Decoded size in bytes. */
  readonly maxBytes: number;
  /** Shortest side in pixels, after EXIF rotation. */
  readonly minSide?: number;
  /** Width divided by height, after EXIF rotation. */
  readonly minRatio?: number;
  readonly maxRatio?: number;
}

/** One field of a create's body, as help texts and reference pages need it. */
export interface RequestField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description?: string;
  readonly default?: unknown;
  /** Allowed values when `closed`, else the values known today. */
  readonly values?: readonly string[];
  readonly closed?: boolean;
  readonly retiredValues?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  /** Shorter limit stated by the gateway's page, probably stale: a warning only. */
  readonly gatewayMaxLength?: number;
  readonly maxItems?: number;
  /** Set on fields that take a picture. */
  readonly image?: ImageLimits;
}

/** A task, wherever it was created: plain data that survives a crash and another machine. */
export interface TaskHandle<Name extends string = string> {
  readonly family: Name;
  readonly task_id: string;
  readonly external_task_id?: string;
}
