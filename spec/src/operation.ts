import type { Dialect } from "./dialect.js";
import type { CallPath, FamilyPath } from "./paths.js";

/** Whether the CometAPI gateway serves an endpoint: `live` = a successful call is on record. */
export type GatewayStatus = "live" | "documented" | "undocumented" | "unavailable" | "discontinued";

/** A family or a call: `kind` tells which. */
export type Operation = Family | Call;

/** One row of the families table: what a client needs to call a family. */
export interface Family {
  readonly kind: "family";
  /** Name in code, `image2video`. */
  readonly name: string;
  /** Create and list path as the gateway serves it, `/kling/v1/videos/image2video`; one task is at `{path}/{id}`. */
  readonly path: FamilyPath;
  readonly gatewayStatus: GatewayStatus;
  /** Whether the create takes an `external_task_id`; without one an ambiguous call can't be looked up. */
  readonly externalTaskId: "yes" | "unlisted" | "no";
  /** Whether a get takes the `external_task_id` in place of the task id. */
  readonly findByExternalId: boolean;
  /** Whether the family has a list at all (Kling only). */
  readonly list: boolean;
  /** Pause before the first query, in milliseconds after the create. */
  readonly firstPollMs: number;
  /** Shortest and longest pause between two polls, in milliseconds. */
  readonly pollMs: readonly [number, number];
}

/** One row of the calls table: an operation that answers at once, without a task to wait for. */
export type Call = CallRow<"GET"> | CallRow<"POST">;

interface CallRow<Method extends "GET" | "POST"> {
  readonly kind: "call";
  /** Name in code, `identifyFace`. */
  readonly name: string;
  /** Path as the contract writes it; `dialectPath` turns it into the server's. */
  readonly path: CallPath<Method>;
  readonly method: Method;
  readonly gatewayStatus: GatewayStatus;
  /** The dialects whose servers have this call. */
  readonly dialects: readonly Dialect[];
  /** Whether it costs nothing; every other POST is paid for. */
  readonly isFree: boolean;
}

/** Limits a picture must keep to be accepted. */
export interface ImageLimits {
  readonly formats: readonly ("jpeg" | "png")[];
  /** Decoded size in bytes. */
  readonly maxBytes: number;
  /** Shortest side in pixels, after EXIF rotation. */
  readonly minSide?: number;
  readonly maxSide?: number;
  /** Width divided by height, after EXIF rotation. */
  readonly minRatio?: number;
  readonly maxRatio?: number;
}

/** Limits a sound or a video must keep to be accepted. */
export interface MediaLimits {
  /** File name extensions. */
  readonly formats: readonly string[];
  readonly maxBytes?: number;
  readonly minSeconds?: number;
  readonly maxSeconds?: number;
  /** Shorter limit stated by the gateway's page. */
  readonly gatewayMaxSeconds?: number;
  /** Sides in pixels. */
  readonly minSide?: number;
  readonly maxSide?: number;
  /** Width times height. */
  readonly maxPixels?: number;
  /** Width divided by height. */
  readonly minRatio?: number;
  readonly maxRatio?: number;
  /** Frames a second. */
  readonly minFps?: number;
  readonly maxFps?: number;
}

/** A place in a request that takes bytes: a picture's or a sound's. */
export interface MediaField {
  readonly image?: ImageLimits;
  readonly audio?: MediaLimits;
}

/** One field of a create's body, of a call or of a query, as help texts and reference pages need it. */
export interface RequestField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
  readonly description?: string;
  readonly default?: unknown;
  /** Allowed values when `closed`, else the values known today. */
  readonly values?: readonly string[];
  readonly closed?: boolean;
  /** Values that may or may not be accepted, and the switch that decides. */
  readonly openValues?: { readonly switch: string; readonly values: readonly string[] };
  readonly discontinuedValues?: readonly string[];
  /** The field this is another spelling of. */
  readonly aliasOf?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Values outside are moved to the nearest end by the server, not refused. */
  readonly clamped?: { readonly minimum: number; readonly maximum: number };
  readonly maxLength?: number;
  /** Shorter limit stated by the gateway's page, probably stale: a warning only. */
  readonly gatewayMaxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Set on fields that take a picture. */
  readonly image?: ImageLimits;
  /** Set on fields that take a sound, and on those that take a video. */
  readonly audio?: MediaLimits;
  readonly video?: MediaLimits;
}

/** A task, wherever it was created: plain data that survives a crash and another machine. */
export interface TaskHandle<Name extends string = string> {
  readonly family: Name;
  readonly task_id: string;
  readonly external_task_id?: string;
}
