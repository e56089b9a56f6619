import type { Course } from "@klingkit/studio";

/** What the page says to the runner, and the runner to the page. The runner's words are never trusted: text stays text. */

/** How the simulator's time goes. */
export interface TimeSetting {
  /** Simulated milliseconds for each real one, above 0. */
  readonly speed: number;
  readonly frozen: boolean;
}

/** Those the reader can choose. */
export const speeds: readonly number[] = [0.5, 1, 8, 20];

/** A rule for the simulator, as `mock.rules.add` takes it. */
export interface SteeringRule {
  readonly match: Readonly<Record<string, string>>;
  readonly prefer: string;
  readonly times?: number;
}

export interface RunMessage {
  readonly type: "run";
  readonly code: string;
  /** The picture as base64: what `./picture.js` exports. */
  readonly picture: string;
  readonly time: TimeSetting;
  readonly fault: SteeringRule | null;
}

/** The answer to a `render` message. */
export type RenderedMessage =
  | { readonly type: "rendered"; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: "not-rendered"; readonly id: number; readonly message: string };

export type ToRunner =
  | RunMessage
  | RenderedMessage
  | { readonly type: "time"; readonly time: TimeSetting }
  | { readonly type: "advance"; readonly ms: number }
  | { readonly type: "fault"; readonly fault: SteeringRule | null }
  /** Answered by `pong`, unless the code keeps the runner busy. */
  | { readonly type: "ping" };

/** A task as the strip shows it. */
export interface TaskView {
  readonly id: string;
  readonly operation: string;
  /** Its life as planned, as the control API tells it. */
  readonly course: Course["course"];
  /** Unix milliseconds, as `now`. */
  readonly created_at: number;
  /** The time of the simulator that holds it. */
  readonly now: number;
}

export interface ChargeView {
  readonly taskId: string;
  readonly units: number | null;
  readonly usd: number | null;
  readonly state: "reserved" | "charged" | "released";
  /** The task that was charged before for the same intention. */
  readonly duplicateOf: string | null;
}

/** What the simulators of the running code hold. */
export interface StateView {
  /** Oldest first. */
  readonly tasks: readonly TaskView[];
  readonly charges: readonly ChargeView[];
  readonly frozen: boolean;
  /** Milliseconds of simulated time since the first simulator was made. */
  readonly elapsedMs: number;
}

/** A request and, once it has come, its answer. Sent twice with the same id. */
export interface ExchangeView {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly request: string;
  /** Status of the answer, or why there is none; null while it is awaited. */
  readonly outcome: number | string | null;
  readonly answer: string;
}

export type ConsoleLevel = "log" | "info" | "warn" | "error" | "debug";

export interface Failure {
  /** Name, code and message of what was thrown. */
  readonly message: string;
  /** Code of a KlingkitError; "" otherwise. */
  readonly code: string;
  /** Line of the edited code, from 1; null where it is not known. */
  readonly line: number | null;
}

export type FromRunner =
  | { readonly type: "ready" }
  | { readonly type: "pong" }
  | { readonly type: "console"; readonly level: ConsoleLevel; readonly text: string }
  /** What the client did between two requests. */
  | { readonly type: "client"; readonly text: string }
  | { readonly type: "exchange"; readonly exchange: ExchangeView }
  | { readonly type: "state"; readonly state: StateView }
  | {
      readonly type: "render";
      readonly id: number;
      readonly kind: "video" | "picture";
      readonly request: Readonly<Record<string, unknown>>;
    }
  | { readonly type: "result"; readonly mediaType: string; readonly bytes: Uint8Array }
  | { readonly type: "finished"; readonly failure: Failure | null };
