import type { Dialect } from "@klingkit/spec";
import type { OpenSwitch } from "@klingkit/spec/rules";
import type { MockClock } from "./clock.js";
import type { AccountOptions } from "./engine/accounts.js";
import type { CallbackOptions } from "./engine/callback-options.js";
import type { Timing } from "./engine/plan.js";
import type { Renderer } from "./media/renderer.js";
import type { Journal } from "./state/journal.js";
import type { AccessOptions } from "./wire/access.js";

export interface MockOptions extends CallbackOptions, AccessOptions {
  /** Which server to be. Default `cometapi`. */
  readonly dialect?: Dialect;
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number;
  /** How long tasks take: `quick` (about three seconds), `realtime` (run times seen at the provider), or your own. Default `quick`. */
  readonly timing?: "quick" | "realtime" | Timing;
  /**
   * What moves tasks on: `time`; `manual`, by `mock.tasks.advance(id)` and its like; or reads: the first n see `submitted`,
   * the next m see it run, later ones see its end. Default `time`.
   */
  readonly progress?: "time" | "manual" | { readonly reads: readonly [number, number] };
  /** Time. Default: the system's. */
  readonly clock?: MockClock;
  /**
   * Where a clock of the simulator's own starts, in Unix milliseconds; it stands still until it is pushed or let go, so that
   * one seed gives the same ids and times in every run. Default: now, and it runs.
   */
  readonly startTime?: number;
  /** What keys may do, by key. Any other key opens an account without limits, except the magic ones (`test-empty`, `test-one-slot`…). */
  readonly accounts?: Readonly<Record<string, AccountOptions>>;
  /**
   * Secret keys by access key, for tokens in the `kling` dialect: with them only these pairs sign in. Default: any pair does,
   * as any API key does, and a header says that the signature was not checked.
   */
  readonly secretKeys?: Readonly<Record<string, string>>;
  /** When a task is charged: when it succeeds, or when it is created. Nobody has measured it here. Default `success`. */
  readonly chargeAt?: "success" | "create";
  /** Whether a task that failed costs what a successful one costs. Default false. */
  readonly chargeFailed?: boolean;
  /** Makes the videos. Default: a tiny clip of the right length; `@klingkit/mock-server/node` renders from the picture. */
  readonly renderer?: Renderer;
  /** Size of rendered videos: `fast` has a long side of 640, `full` 1280 (std), 1920 (pro) or 3840 (4k). Default `fast`. */
  readonly render?: "fast" | "full";
  /** Start of result addresses, where the request's own Host is not how they are reached. */
  readonly publicUrl?: string;
  /** Whether the family's list is served. Default: in the `kling` dialect only. */
  readonly list?: boolean;
  /** Whether a task can be asked for by its external id. Default true. */
  readonly externalIdLookup?: boolean;
  /**
   * Whether models, routes and effect scenes that were discontinued are refused, by the simulator's clock. Default: as the
   * dialect does; `kling` refuses them all, `cometapi` those that a request names.
   */
  readonly discontinued?: "accept" | "refuse";
  /** How open questions about the provider are decided. Default: `accept` for each. */
  readonly openQuestions?: Readonly<Partial<Record<OpenSwitch, "accept" | "refuse">>>;
  /** Whether `"9"` passes for 9 and 5 for `"5"`, as the provider seems to do. Default true. */
  readonly lenientTypes?: boolean;
  /** Whether a picture that is too small or otherwise unfit fails the task (`late`, as on record) or is refused at once. Default `late`. */
  readonly unfitPictures?: "late" | "refuse";
  /** Task ids: the provider's long ones as texts, or small numbers as some gateways have. Default `long`. */
  readonly ids?: "long" | "small";
  /** Tasks kept; the oldest go first. Default 1 000 000. */
  readonly maxTasks?: number;
  /** Requests kept in the log; the oldest go first. Default 1 000. */
  readonly maxRequests?: number;
  /** Bytes of submitted pictures kept. Default 256 MiB. */
  readonly maxPictureBytes?: number;
  /** Keeps tasks, charges, accounts and callbacks to come where they outlive the process. Default: they end with it. */
  readonly journal?: Journal;
}
