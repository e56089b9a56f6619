import type { Dialect } from "@klingkit/spec";
import type { RuleOptions } from "@klingkit/spec/rules";
import type { Accounts } from "../engine/accounts.js";
import type { Agenda } from "../engine/agenda.js";
import type { Assets } from "../engine/assets.js";
import type { Callbacks } from "../engine/callbacks.js";
import type { MockClock } from "../engine/clock.js";
import type { Events } from "../engine/events.js";
import type { IdIssuer } from "../engine/ids.js";
import type { Ledger } from "../engine/ledger.js";
import type { PictureStore } from "../engine/pictures.js";
import type { Timing } from "../engine/plan.js";
import type { Random } from "../engine/random.js";
import type { RequestLog } from "../engine/request-log.js";
import type { MockTasks } from "../engine/tasks.js";
import type { Access } from "./access.js";
import type { AnswerOptions } from "./answer-options.js";
import type { KeyRules } from "./authorise.js";
import type { Envelopes } from "./envelope.js";
import type { Refusals } from "./refusal.js";
import type { Repeats } from "./repeats.js";
import type { Routes } from "./route.js";
import type { Rules } from "./rules.js";

/**
 * The parts of a simulator. A function that answers says in its signature which of them it uses; only what hands them on takes
 * them all.
 */
export interface Parts {
  readonly options: AnswerOptions;
  readonly dialect: Dialect;
  readonly clock: MockClock;
  readonly random: Random;
  /** Chances of faults and delays: a stream of their own, so that they change nothing else. */
  readonly chance: Random;
  readonly events: Events;
  readonly requests: RequestLog;
  readonly rules: Rules;
  readonly repeats: Repeats;
  readonly ids: IdIssuer;
  readonly tasks: MockTasks;
  readonly accounts: Accounts;
  readonly ledger: Ledger;
  readonly pictures: PictureStore;
  readonly assets: Assets;
  readonly callbacks: Callbacks;
  /** Creates that are carried out later than their callers believe. */
  readonly lateCreates: Agenda;
  readonly routes: Routes;
  readonly keyRules: KeyRules;
  readonly ruleOptions: RuleOptions;
  readonly access: Access;
  readonly refusals: Refusals;
  readonly envelopes: Envelopes;
  timingOf(operation: string, request: Readonly<Record<string, unknown>>): Timing;
  /**
   * Forgets everything; with an account's name, what belongs to that account alone.
   * @throws MockProblem for an unknown account
   */
  reset(account?: string): void;
}

/** Some of the parts, by their names. */
export type Some<Name extends keyof Parts> = Pick<Parts, Name>;
