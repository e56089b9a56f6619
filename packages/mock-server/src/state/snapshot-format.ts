import type { Dialect } from "@klingkit/spec";
import type { Account } from "../engine/account.js";
import { type ClockState, isSpeed, isTime } from "../engine/clock.js";
import { isIdSequence } from "../engine/ids.js";
import { isOperation } from "../engine/known-fields.js";
import type { CarriedCharges, Charge } from "../engine/ledger.js";
import type { Plan } from "../engine/lifecycle.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Rule } from "../wire/rules.js";

/** An account without the fields that are computed. */
export type SavedAccount = Omit<Account, "slots" | "recent" | "unitsLeft" | "reserved" | "refundable">;

/**
 * The whole state of a simulator, as JSON. It contains no key, and null for numbers without a limit. Random draws are
 * not part of it.
 */
export interface MockSnapshot {
  readonly version: 1;
  readonly dialect: Dialect;
  readonly clock: ClockState;
  /** Where the running number in task ids stood. */
  readonly idSequence: number;
  readonly tasks: readonly TaskRecord[];
  readonly accounts: readonly SavedAccount[];
  /** The charges of tasks that are kept. */
  readonly charges: readonly Charge[];
  /** Those of tasks that are not; earlier versions wrote them among `charges`. */
  readonly carried?: readonly CarriedCharges[];
  readonly rules: readonly Rule[];
  /** Submitted pictures as base64, by their keys. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** The lists in a snapshot. */
export const snapshotLists = ["tasks", "accounts", "charges", "rules"] as const;

/** Whether a value from outside is a snapshot that can be restored. What its rules say, `checkRule` checks. */
export function isSnapshot(snapshot: object): snapshot is MockSnapshot {
  const {
    version,
    tasks,
    accounts,
    charges,
    carried = [],
    rules,
    pictures,
    clock,
    idSequence,
  } = snapshot as MockSnapshot;
  return (
    version === 1 &&
    isIdSequence(idSequence) &&
    isClock(clock) &&
    isObject(pictures) &&
    Object.values(pictures).every((text) => typeof text === "string") &&
    [tasks, accounts, charges, carried, rules].every((list) => Array.isArray(list) && list.every(isObject)) &&
    tasks.every(isTask) &&
    accounts.every(isAccount) &&
    charges.every(isCost) &&
    carried.every(({ count, units, usd }) => [count, units, usd].every(Number.isFinite)) &&
    rules.every(({ prefer }) => typeof prefer === "string")
  );
}

function isClock(clock: ClockState | undefined): boolean {
  return isTime(clock?.now) && typeof clock.frozen === "boolean" && isSpeed(clock.speed);
}

/** Whether it is a task from JSON. */
export function isTask(value: unknown): value is TaskRecord {
  const { id, operation, account, externalTaskId, reads, plan, request, units, usd } = (value ??
    {}) as Partial<TaskRecord>;
  const isNamed = [id, operation, account].every(isText) && /^\d+$/.test(`${id}`) && isOperation(`${operation}`);
  const isFollowed = (externalTaskId === undefined || isText(externalTaskId)) && isCount(reads);
  return isNamed && isFollowed && isCost({ units, usd }) && isPlan(plan) && isObject(request);
}

function isAccount(account: SavedAccount): boolean {
  const { name, keyPrint, unitsBought, parallelTasks, requestsPerSecond, boughtAt, chargedThen } = account;
  const { inArrears, packExpired, addressRefused, forbiddenModels } = account;
  return (
    [name, keyPrint].every(isText) &&
    [unitsBought, parallelTasks, requestsPerSecond, boughtAt, chargedThen].every(isOptionalNumber) &&
    [inArrears, packExpired, addressRefused].every((flag) => flag === undefined || typeof flag === "boolean") &&
    (forbiddenModels === undefined || (Array.isArray(forbiddenModels) && forbiddenModels.every(isText)))
  );
}

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0;
}

function isCost({ units, usd }: { readonly units?: unknown; readonly usd?: unknown }): boolean {
  return isOptionalNumber(units) && isOptionalNumber(usd);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** A number, null or undefined. Earlier versions left out some numbers. */
function isOptionalNumber(value: unknown): boolean {
  return value === undefined || value === null || Number.isFinite(value);
}

/** The latest time that a date can tell, in Unix milliseconds. */
const lastDate = 8.64e15;

/** Whether it is a plan from JSON; null is a time that has no end. */
export function isPlan(plan: Plan | undefined): boolean {
  const isDate = (time: unknown) => time === null || (typeof time === "number" && time >= 0 && time <= lastDate);
  const isKnown = ["succeed", "failed", "stuck"].includes(`${plan?.ending?.status}`) && isText(plan?.running);
  return isKnown && isTime(plan?.createdAt) && isDate(plan?.startsAt) && isDate(plan?.endsAt);
}

/** Whether it is an object or a list. */
export function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object";
}
