import type { ConsoleLevel, ExchangeView, Failure, FromRunner, StateView } from "./protocol.js";

export type LogEntry =
  | { readonly kind: "console"; readonly level: ConsoleLevel; readonly text: string }
  | { readonly kind: "client"; readonly text: string }
  | { readonly kind: "exchange"; readonly exchange: ExchangeView };

/** What a live example shows. */
export interface ExampleState {
  readonly phase: "idle" | "loading" | "running" | "finished" | "stopped";
  readonly failure: Failure | null;
  readonly view: StateView;
  readonly log: readonly LogEntry[];
  /** In the order in which they came: videos, pictures or sounds, as their types say. */
  readonly results: readonly Blob[];
  /** How much of the videos that are being rendered is done, 0 to 1; null while none is. */
  readonly rendered: number | null;
}

export type ExampleAction =
  | { readonly type: "start" | "stop" | "clear" }
  | { readonly type: "show"; readonly result: Blob }
  | { readonly type: "rendering"; readonly rendered: number }
  | Exclude<FromRunner, { type: "ready" | "pong" | "render" | "result" }>;

const mostEntries = 2_000;

export const idle: ExampleState = {
  phase: "idle",
  failure: null,
  view: { tasks: [], charges: [], frozen: false, elapsedMs: 0 },
  log: [],
  results: [],
  rendered: null,
};

/** The state after something has happened. */
export function advance(state: ExampleState, action: ExampleAction): ExampleState {
  switch (action.type) {
    case "start":
      return { ...idle, phase: "loading" };
    case "clear":
      return idle;
    case "stop":
      return { ...state, phase: "stopped" };
    case "finished":
      return { ...state, phase: "finished", failure: action.failure };
    case "state":
      return { ...running(state), view: action.state };
    case "show":
      return { ...state, results: [...state.results, action.result], rendered: null };
    case "rendering":
      return { ...state, rendered: action.rendered };
    case "exchange":
      return { ...running(state), log: withExchange(state.log, action.exchange) };
    case "console":
      return { ...running(state), log: append(state.log, { kind: "console", level: action.level, text: action.text }) };
    case "client":
      return { ...running(state), log: append(state.log, { kind: "client", text: action.text }) };
  }
}

function running(state: ExampleState): ExampleState {
  return state.phase === "loading" ? { ...state, phase: "running" } : state;
}

function append(log: readonly LogEntry[], entry: LogEntry): readonly LogEntry[] {
  return [...log.slice(1 - mostEntries), entry];
}

/** An exchange takes the place of itself when its answer comes. */
function withExchange(log: readonly LogEntry[], exchange: ExchangeView): readonly LogEntry[] {
  const place = log.findLastIndex((entry) => entry.kind === "exchange" && entry.exchange.id === exchange.id);
  return place < 0 ? append(log, { kind: "exchange", exchange }) : log.with(place, { kind: "exchange", exchange });
}

/** A log entry, and how many like it came one after the other. */
export interface LogGroup {
  readonly entry: LogEntry;
  readonly count: number;
}

/** Equal polls in a row as one, so that the log stays readable. */
export function grouped(log: readonly LogEntry[]): LogGroup[] {
  const groups: LogGroup[] = [];
  for (const entry of log) {
    const last = groups.at(-1);
    if (last && isRepetition(last.entry, entry)) groups[groups.length - 1] = { entry, count: last.count + 1 };
    else groups.push({ entry, count: 1 });
  }
  return groups;
}

function isRepetition(one: LogEntry, other: LogEntry): boolean {
  if (one.kind !== "exchange" || other.kind !== "exchange") return false;
  const [first, second] = [one.exchange, other.exchange];
  return (
    first.method === "GET" &&
    first.method === second.method &&
    first.path === second.path &&
    first.outcome === second.outcome
  );
}
