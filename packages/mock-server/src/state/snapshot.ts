import { encodeBase64 } from "@klingkit/spec/web";
import { type Account, newAccount } from "../engine/account.js";
import { clockState } from "../engine/clock.js";
import type { CarriedCharges, Charge } from "../engine/ledger.js";
import type { Plan } from "../engine/lifecycle.js";
import { MockProblem } from "../engine/problem.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Some } from "../wire/parts.js";
import { checkRule, ruleInput } from "../wire/rules.js";
import { isObject, isPlan, isSnapshot, isTask, type MockSnapshot, type SavedAccount } from "./snapshot-format.js";

/** The parts whose state is kept. */
export type KeptParts = Some<
  | "dialect"
  | "clock"
  | "ids"
  | "tasks"
  | "accounts"
  | "ledger"
  | "rules"
  | "pictures"
  | "callbacks"
  | "events"
  | "reset"
>;

/** The whole state at one moment; its long lists are made when they are read, so that to take it takes no time. */
export interface TakenState extends Omit<MockSnapshot, "pictures" | "tasks" | "charges"> {
  readonly tasks: Iterable<TaskRecord>;
  readonly charges: Iterable<Charge>;
  readonly pictures: readonly (readonly [key: string, bytes: Uint8Array])[];
}

/** Takes the state as it is. It shares its smaller parts with the simulator, which replaces them instead of changing them. */
export function takeState(parts: KeptParts): TakenState {
  return parts.clock.atOneMoment(() => ({
    version: 1,
    dialect: parts.dialect,
    clock: clockState(parts.clock),
    idSequence: parts.ids.sequence,
    tasks: asTheyAre(parts.tasks.oldestFirst()),
    accounts: parts.accounts.list().map(savedAccount),
    charges: mapped(asTheyAre(parts.ledger.tasks()), parts.ledger.chargesAsOfNow()),
    carried: parts.ledger.carried,
    rules: parts.rules.list(),
    pictures: [...parts.pictures.entries()],
  }));
}

/** The tasks as they are now, whatever becomes of them until they are read: only plan and reads ever change. */
function asTheyAre(tasks: readonly TaskRecord[]): Iterable<TaskRecord> {
  const plans = tasks.map(({ plan }) => plan);
  const reads = tasks.map((task) => task.reads);
  return {
    *[Symbol.iterator]() {
      for (const [index, task] of tasks.entries())
        yield { ...task, plan: plans[index] ?? task.plan, reads: reads[index] ?? task.reads };
    },
  };
}

function mapped<From, To>(items: Iterable<From>, map: (item: From) => To): Iterable<To> {
  return {
    *[Symbol.iterator]() {
      for (const item of items) yield map(item);
    },
  };
}

/** Copies the whole state. The result is JSON and shares nothing with the simulator. */
export function takeSnapshot(parts: KeptParts): MockSnapshot {
  const { tasks, accounts, charges, rules, pictures, ...others } = takeState(parts);
  // One by one: together they may be longer than a text can be.
  return {
    ...copied(others),
    tasks: Array.from(tasks, copied),
    accounts: accounts.map(copied),
    charges: Array.from(charges, copied),
    rules: rules.map(copied),
    pictures: Object.fromEntries(pictures.map(([key, bytes]) => [key, encodeBase64(bytes)])),
  };
}

function copied<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value));
}

/**
 * Restores everything, the clock too. The present state is forgotten, with the callbacks that were still to come.
 * @param snapshot becomes part of the simulator: its owner must not use it any more
 * @param read what was taken of it while it came, by `takeItem`. Default: nothing
 * @throws MockProblem for a snapshot of another dialect or version, before anything is forgotten
 */
export function restoreSnapshot(parts: KeptParts, snapshot: object, read = partsBeside(parts)): void {
  check(parts, snapshot);
  parts.reset();
  parts.clock.restore(snapshot.clock.now, snapshot.clock.frozen, snapshot.clock.speed);
  parts.ids.sequence = snapshot.idSequence;
  for (const task of snapshot.tasks) read.tasks.add(taskFrom(task));
  parts.tasks.takeOver(read.tasks);
  parts.ledger.takeOver(read.ledger);
  for (const charge of snapshot.charges) takeCharge(parts, charge);
  for (const charges of snapshot.carried ?? []) parts.ledger.carry(charges);
  parts.accounts.restore(snapshot.accounts.map(accountFrom));
  parts.rules.restore(snapshot.rules);
  for (const [key, base64] of Object.entries(snapshot.pictures)) parts.pictures.keep(base64, key);
  parts.events.emit("restored", { tasks: parts.tasks.size });
}

/** Looks at everything before anything is forgotten. */
function check({ dialect }: Some<"dialect">, snapshot: object): asserts snapshot is MockSnapshot {
  if (!isSnapshot(snapshot)) throw notSnapshot();
  if (snapshot.dialect !== dialect) {
    const message = `The snapshot speaks ${snapshot.dialect}, this simulator ${dialect}; restore it in one that was started with --dialect ${snapshot.dialect}.`;
    throw new MockProblem(409, "other-dialect", message);
  }
  for (const rule of snapshot.rules) checkRule(ruleInput(rule));
}

/** Empty parts beside the simulator's own: to be filled while a snapshot comes, and taken over at once. */
export function partsBeside({ tasks, ledger }: Some<"tasks" | "ledger">): Some<"tasks" | "ledger"> {
  return { tasks: tasks.beside(), ledger: ledger.beside() };
}

/**
 * Takes an item of one of a snapshot's lists when it comes: a task, or the charge of one that has come.
 * @returns false for everything else
 * @throws MockProblem for a task that is none
 */
export function takeItem({ tasks, ledger }: Some<"tasks" | "ledger">, list: string, item: unknown): boolean {
  if (list === "tasks") {
    if (!isTask(item)) throw notSnapshot();
    tasks.add(taskFrom(item));
    return true;
  }
  const task = list === "charges" && isObject(item) ? tasks.byId((item as Charge).taskId) : undefined;
  if (task) ledger.record(task);
  return task !== undefined;
}

function notSnapshot(): MockProblem {
  return new MockProblem(
    422,
    "invalid-snapshot",
    "This is not a snapshot of a klingkit simulator, version 1; give one as GET /__mock/snapshot answers it.",
  );
}

/** Enters a charge again: that of a task which is there, or as it stood. */
function takeCharge({ tasks, ledger }: Some<"tasks" | "ledger">, charge: Charge): void {
  const task = tasks.byId(charge.taskId);
  if (task) ledger.record(task);
  else ledger.carry(carriedFrom(charge));
}

/** One charge whose task is not there. */
export function carriedFrom({ account, state, units, usd }: Charge): CarriedCharges {
  return { account, state, count: 1, units: units ?? 0, usd: usd ?? 0 };
}

export function savedAccount({
  slots: _slots,
  recent: _recent,
  unitsLeft: _left,
  reserved: _reserved,
  refundable: _refundable,
  ...account
}: Account): SavedAccount {
  return account;
}

/** Restores an account from JSON; its slots are counted again. */
export function accountFrom(saved: SavedAccount): Account {
  return {
    ...newAccount("", ""),
    ...saved,
    slots: new Map(),
    recent: [],
    reserved: [],
    refundable: [],
    unitsBought: endless(saved.unitsBought),
    parallelTasks: endless(saved.parallelTasks),
    requestsPerSecond: endless(saved.requestsPerSecond),
  };
}

/** A task as it was, from JSON. @throws MockProblem for a course that no task can have */
export function taskFrom(saved: TaskRecord): TaskRecord {
  const plan = planFrom(saved.plan);
  // Earlier versions left out some numbers.
  const { units = null, usd = null } = saved;
  return plan === saved.plan && saved.units === units && saved.usd === usd ? saved : { ...saved, plan, units, usd };
}

/** A task's course as it was, from JSON. @throws MockProblem for a time that is missing or out of range */
export function planFrom(saved: Plan): Plan {
  if (!isPlan(saved)) throw new MockProblem(422, "invalid-plan", `no task can live as ${JSON.stringify(saved)} says`);
  if (saved.startsAt !== null && saved.endsAt !== null) return saved;
  return { ...saved, startsAt: endless(saved.startsAt), endsAt: endless(saved.endsAt) };
}

/** JSON has no infinity and writes null. */
function endless(limit: number | null): number {
  return limit ?? Number.POSITIVE_INFINITY;
}
