import type { Dialect } from "@klingkit/spec";
import type { UnfinishedCallbacks } from "../engine/callbacks.js";
import type { ClockState } from "../engine/clock.js";
import type { CarriedCharges, Charge } from "../engine/ledger.js";
import type { Plan } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Rule } from "../wire/rules.js";
import type { SavedAccount } from "./snapshot-format.js";

/** A change, as JSON. It describes the new state, so reading it twice does no harm. */
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
  /** Where the running number in task ids stood, when tasks with later ones are no longer kept. */
  | { readonly type: "ids"; readonly sequence: number }
  | { readonly type: "account"; readonly account: SavedAccount }
  /** `real` is the system's time at which the simulator's clock stood so, both in Unix milliseconds. */
  | { readonly type: "clock"; readonly clock: ClockState; readonly real: number }
  | { readonly type: "rules"; readonly rules: readonly Rule[] }
  /** A picture that came as base64, ahead of the task that shows it. Earlier versions wrote no key. */
  | { readonly type: "picture"; readonly key?: string; readonly base64: string }
  /** The callbacks a task still has to send; null for none. */
  | { readonly type: "callbacks"; readonly taskId: string; readonly unfinished: UnfinishedCallbacks | null }
  | { readonly type: "reset"; readonly account?: string };

/** The parts of the simulator that a journal needs. */
export interface Journalled {
  readonly dialect: Dialect;
  /** Applies the entries that an earlier simulator wrote, oldest first. */
  replay(entries: Iterable<JournalEntry>): void;
  /** The whole state in as few entries as possible, taken now and read later. */
  everything(): Iterable<JournalEntry>;
  /** How many entries that is, about. */
  readonly size: number;
}

/** Stores changes so that they outlive the process. `stateFile` of `@klingkit/mock-server/node` makes one. */
export interface Journal {
  /** Called once, when the simulator is put together. */
  attach(simulator: Journalled): void;
  append(entry: JournalEntry): void;
  /**
   * Called when the whole state has changed, for example by a snapshot. Earlier entries no longer count; `everything()`
   * does.
   */
  replace(): void;
  /**
   * Resolves when all appended entries are durable; undefined if they already are. Rejects if they can't be made
   * durable.
   */
  durable(): Promise<void> | undefined;
}
