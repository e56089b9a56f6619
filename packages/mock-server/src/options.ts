import type { Dialect } from "@klingkit/spec";
import type { OpenSwitch } from "@klingkit/spec/rules";
import type { AccountOptions } from "./engine/account.js";
import type { CallbackOptions } from "./engine/callback-options.js";
import type { MockClock } from "./engine/clock.js";
import type { Timing } from "./engine/plan.js";
import type { Renderer } from "./media/renderer.js";
import type { Journal } from "./state/journal.js";
import type { AccessOptions } from "./wire/access.js";
import type { AnswerOptions } from "./wire/answer-options.js";

export interface MockOptions extends CallbackOptions, AccessOptions, AnswerOptions {
  /** Which server to simulate. Default `cometapi`. */
  readonly dialect?: Dialect | undefined;
  /** The same seed gives the same run. Default 1. */
  readonly seed?: number | undefined;
  /** How long tasks take: `quick` (about three seconds), `realtime` (run times seen at the provider), or your own. Default `quick`. */
  readonly timing?: "quick" | "realtime" | Timing | undefined;
  /** The clock to use. Default: one of its own, which follows the system's time. */
  readonly clock?: MockClock | undefined;
  /**
   * Time at which the simulator's own clock starts, in Unix milliseconds. The clock then stands still until it is advanced or
   * unfrozen, so that one seed gives the same ids and times in every run. Default: now, and the clock runs.
   */
  readonly startTime?: number | undefined;
  /** What keys may do, by key. Any other key opens an account without limits, except the magic ones (`test-empty`, `test-one-slot`…). */
  readonly accounts?: Readonly<Record<string, AccountOptions>> | undefined;
  /**
   * Secret keys by access key, for tokens in the `kling` dialect: with them only tokens of these pairs sign in. API keys are not
   * tokens and still sign in. Default: tokens of every pair sign in, and a header says that the signature was not checked.
   */
  readonly secretKeys?: Readonly<Record<string, string>> | undefined;
  /**
   * When a task is charged: when it succeeds, or when it is created. This was measured only at Kling, on its newer routes.
   * Default `success`.
   */
  readonly chargeAt?: "success" | "create" | undefined;
  /** Whether a task that failed costs what a successful one costs. Default false. */
  readonly chargeFailed?: boolean | undefined;
  /** Makes the videos. Default: a tiny clip of the right length; `@klingkit/mock-server/node` renders from the picture. */
  readonly renderer?: Renderer | undefined;
  /** Size of rendered videos: `fast` has a long side of 640, `full` 1280 (std), 1920 (pro) or 3840 (4k). Default `fast`. */
  readonly render?: "fast" | "full" | undefined;
  /**
   * Whether models, routes and effect scenes that were discontinued are refused, by the simulator's clock. Default: as the
   * dialect does; `kling` refuses them all, `cometapi` those that a request names.
   */
  readonly discontinued?: "accept" | "refuse" | undefined;
  /** How open questions about the provider are decided. Default: `accept` for each. */
  readonly openQuestions?: Readonly<Partial<Record<OpenSwitch, "accept" | "refuse">>> | undefined;
  /** Task ids: the provider's long ones as texts, or small numbers as some gateways have. Default `long`. */
  readonly ids?: "long" | "small" | undefined;
  /**
   * Tasks kept; the oldest go first. What they cost stays in the ledger's counts and sums, without a row of its own.
   * Default 1 000 000.
   */
  readonly maxTasks?: number | undefined;
  /** Requests kept in the log; the oldest go first. Default 1 000. */
  readonly maxRequests?: number | undefined;
  /** Bytes of submitted pictures kept. Default 256 MiB. */
  readonly maxPictureBytes?: number | undefined;
  /**
   * Stores tasks, charges, accounts and scheduled callbacks, so that they survive the process: `stateFile` of
   * `@klingkit/mock-server/node`. Default: they are lost when it ends.
   */
  readonly journal?: Journal | undefined;
}
