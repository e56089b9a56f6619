import type { Dialect } from "@klingkit/spec";
import type { UnfinishedCallbacks } from "../engine/callbacks.js";
import type { ClockState } from "../engine/clock.js";
import type { CarriedCharges, Charge } from "../engine/ledger.js";
import type { Plan } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Rule } from "../wire/rules.js";
import type { SavedAccount } from "./snapshot.js";

/** Something that changed, as JSON. Each says how things are afterwards, so that reading it twice does no harm. */
export type JournalEntry =
  /** A task was accepted, and entered into the ledger where it costs anything. */
  | { readonly type: "created"; readonly task: TaskRecord }
  /** Charges whose tasks are no longer kept. */
  | { readonly type: "carried"; readonly charges: CarriedCharges }
  /** The same of one task, as earlier versions wrote it. */
  | { readonly type: "charge"; readonly charge: Charge }
  /** A task without a charge: it came with a snapshot. */
  | { readonly type: "task"; readonly task: TaskRecord }
  | { readonly type: "moved"; readonly taskId: string; readonly plan: Plan; readonly reads: number }
  | { readonly type: "account"; readonly account: SavedAccount }
  /** `real` is the system's time at which the simulator's clock stood so, both in Unix milliseconds. */
  | { readonly type: "clock"; readonly clock: ClockState; readonly real: number }
  | { readonly type: "rules"; readonly rules: readonly Rule[] }
  /** A picture that came as base64, ahead of the task that shows it. */
  | { readonly type: "picture"; readonly base64: string }
  /** The callbacks a task still has to send; null for none. */
  | { readonly type: "callbacks"; readonly taskId: string; readonly unfinished: UnfinishedCallbacks | null }
  | { readonly type: "reset"; readonly account?: string };

/** The parts of the simulator that a journal needs. */
export interface Journalled {
  readonly dialect: Dialect;
  /** Takes in what an earlier simulator wrote, oldest first. */
  replay(entries: Iterable<JournalEntry>): void;
  /** Everything there is in as few entries as can be, taken now and read later. */
  everything(): Iterable<JournalEntry>;
  /** How many entries that is, about. */
  readonly size: number;
}

/** Keeps what changes where it outlives the process. `stateFile` of `@klingkit/mock-server/node` is one. */
export interface Journal {
  /** Called once, when the simulator is put together. */
  attach(simulator: Journalled): void;
  append(entry: JournalEntry): void;
  /** Called when everything has become another, as by a snapshot: what was written counts no more, `everything()` does. */
  replace(): void;
  /** Resolves once everything appended is durable; undefined where it is. Rejects where it can't be made so. */
  durable(): Promise<void> | undefined;
}
