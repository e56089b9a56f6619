import type { Dialect } from "@klingkit/spec";
import { encodeBase64 } from "@klingkit/spec/web";
import { type Account, newAccount } from "../engine/account.js";
import { type ClockState, clockState, isSpeed } from "../engine/clock.js";
import type { Charge } from "../engine/ledger.js";
import type { Plan } from "../engine/lifecycle.js";
import { MockProblem } from "../engine/problem.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Parts } from "../wire/parts.js";
import { checkRule, type Rule, type RuleInput } from "../wire/rules.js";

/** An account without the fields that are computed. */
export type SavedAccount = Omit<Account, "slots" | "recent" | "unitsLeft" | "reserved">;

/** Everything a simulator knows, as JSON: no key, and null where a figure has no end. Drawn chances are not part of it. */
export interface MockSnapshot {
  readonly version: 1;
  readonly dialect: Dialect;
  readonly clock: ClockState;
  /** Where the running number in task ids stood. */
  readonly idSequence: number;
  readonly tasks: readonly TaskRecord[];
  readonly accounts: readonly SavedAccount[];
  readonly charges: readonly Charge[];
  readonly rules: readonly Rule[];
  /** Submitted pictures as base64, by their keys. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** Copies the whole state. The result is JSON and shares nothing with the simulator. */
export function takeSnapshot(parts: Parts): MockSnapshot {
  return JSON.parse(JSON.stringify(rawSnapshot(parts)));
}

/** The whole state, to be written as JSON at once: it shares its parts with the simulator. */
export function rawSnapshot(parts: Parts): MockSnapshot {
  return {
    version: 1,
    dialect: parts.dialect,
    clock: clockState(parts.clock),
    idSequence: parts.ids.sequence,
    tasks: [...parts.tasks.newestFirst()].reverse(),
    accounts: parts.accounts.list().map(savedAccount),
    charges: parts.ledger.charges,
    rules: parts.rules.list(),
    pictures: Object.fromEntries([...parts.pictures.entries()].map(([key, bytes]) => [key, encodeBase64(bytes)])),
  };
}

/**
 * Restores everything, the clock too. The present state is forgotten, with the callbacks that were still to come.
 * @throws MockProblem for a snapshot of another dialect or version
 */
export function restoreSnapshot(parts: Parts, snapshot: object): void {
  check(parts, snapshot);
  const saved = structuredClone(snapshot);
  parts.reset();
  parts.clock.restore(saved.clock.now, saved.clock.frozen, saved.clock.speed);
  parts.ids.sequence = saved.idSequence;
  for (const task of saved.tasks) parts.tasks.add(taskFrom(task));
  for (const charge of saved.charges) takeCharge(parts, charge);
  parts.accounts.restore(saved.accounts.map(accountFrom));
  for (const rule of saved.rules) parts.rules.add(ruleInput(rule));
  for (const base64 of Object.values(saved.pictures)) parts.pictures.keep(base64);
  parts.events.emit("restored", { tasks: saved.tasks.length });
}

/** Looks at everything before anything is forgotten. */
function check(parts: Parts, snapshot: object): asserts snapshot is MockSnapshot {
  if (!isSnapshot(snapshot))
    throw new MockProblem(422, "invalid-snapshot", "This is not a snapshot of a klingkit simulator, version 1.");
  if (snapshot.dialect !== parts.dialect) {
    const message = `The snapshot speaks ${snapshot.dialect}, this simulator ${parts.dialect}.`;
    throw new MockProblem(409, "other-dialect", message);
  }
  for (const rule of snapshot.rules) checkRule(ruleInput(rule));
}

function isSnapshot(snapshot: object): snapshot is MockSnapshot {
  const { version, tasks, accounts, charges, rules, pictures, clock, idSequence } = snapshot as MockSnapshot;
  const figures = [clock?.now, idSequence].every(Number.isFinite) && isSpeed(clock.speed);
  const isTask = ({ id, plan, request }: TaskRecord) => /^\d+$/.test(id) && isObject(plan?.ending) && isObject(request);
  return (
    version === 1 &&
    figures &&
    isObject(pictures) &&
    Object.values(pictures).every((text) => typeof text === "string") &&
    [tasks, accounts, charges, rules].every((list) => Array.isArray(list) && list.every(isObject)) &&
    tasks.every(isTask) &&
    accounts.every(({ name, keyPrint }) => typeof name === "string" && typeof keyPrint === "string") &&
    rules.every(({ prefer }) => typeof prefer === "string")
  );
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object";
}

/** Enters a charge again: that of a task which is there, or as it stood. */
function takeCharge({ tasks, ledger }: Parts, charge: Charge): void {
  const task = tasks.byId(charge.taskId);
  if (task) ledger.record(task);
  else ledger.keep(charge);
}

export function savedAccount({
  slots: _slots,
  recent: _recent,
  unitsLeft: _left,
  reserved: _reserved,
  ...account
}: Account): SavedAccount {
  return account;
}

/** Restores an account from JSON; its slots are counted again. */
export function accountFrom(saved: SavedAccount): Account {
  return { ...newAccount("", ""), ...withoutNulls(saved) };
}

/** A task as it was, from JSON. */
export function taskFrom(saved: TaskRecord): TaskRecord {
  return { ...saved, plan: planFrom(saved.plan) };
}

export function planFrom(saved: Plan): Plan {
  return withoutNulls(saved);
}

export function ruleInput({ match, prefer, left, probability }: Rule): RuleInput {
  return { match, prefer, probability, ...(left === null ? {} : { times: left }) };
}

/** JSON has no infinity and writes null; in these records nothing else is null. */
function withoutNulls<Fields extends Plan | SavedAccount>(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value === null ? Number.POSITIVE_INFINITY : value]),
  ) as unknown as Fields;
}
