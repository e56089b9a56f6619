import type { TaskRecord } from "./task-record.js";

/** Limits of an account. By default it has none. */
export interface AccountOptions {
  /** Units left, of videos and of pictures alike. A task that costs more is refused with 1102. Default unlimited. */
  readonly units?: number | undefined;
  /** Tasks that may run at a time, for each model, and pictures of each model. Further ones are refused with 1303. Default unlimited. */
  readonly parallelTasks?: number | undefined;
  /**
   * Requests within any second of the simulator's clock, including queries. Further ones are refused with 1302. Default
   * unlimited.
   */
  readonly requestsPerSecond?: number | undefined;
  /** Paid requests are refused with 1101. Default false. */
  readonly inArrears?: boolean | undefined;
  /** Paid requests are refused with 1102, whatever is left. Default false. */
  readonly packExpired?: boolean | undefined;
  /** Every request is refused with 1304, as from an address that is not on the list. Default false. */
  readonly addressRefused?: boolean | undefined;
  /** Models refused with 1103; `*` is all. Default none. */
  readonly forbiddenModels?: readonly string[] | undefined;
}

/** One key's account. */
export interface Account {
  /** A stable name that is not the key. */
  readonly name: string;
  /** A fingerprint of the key, which does not contain it. */
  readonly keyPrint: string;
  unitsBought: number;
  /** When they were bought, in Unix milliseconds. */
  boughtAt: number;
  /** Units that the account had been charged before that; they do not reduce `unitsBought`. */
  chargedThen: number;
  /** Units bought, less what was charged since. */
  unitsLeft: number;
  /** Tasks whose charge is not settled; kept only while units are limited. */
  reserved: TaskRecord[];
  /** Charged tasks that have not ended: one that fails may give its units back. Kept only while units are limited. */
  refundable: TaskRecord[];
  parallelTasks: number;
  requestsPerSecond: number;
  inArrears: boolean;
  packExpired: boolean;
  addressRefused: boolean;
  forbiddenModels: readonly string[];
  /** The tasks that may still run, by the name of their slots; kept only while `parallelTasks` is limited. */
  readonly slots: Map<string, Slot[]>;
  /** Times of the latest requests; kept only while `requestsPerSecond` is limited. */
  recent: number[];
}

/** A task and how many slots it takes until it has ended. */
interface Slot {
  readonly task: TaskRecord;
  readonly count: number;
}

/** An account without limits. */
export function newAccount(name: string, keyPrint: string): Account {
  return {
    name,
    keyPrint,
    unitsBought: Number.POSITIVE_INFINITY,
    boughtAt: 0,
    chargedThen: 0,
    unitsLeft: Number.POSITIVE_INFINITY,
    reserved: [],
    refundable: [],
    parallelTasks: Number.POSITIVE_INFINITY,
    requestsPerSecond: Number.POSITIVE_INFINITY,
    inArrears: false,
    packExpired: false,
    addressRefused: false,
    forbiddenModels: [],
    slots: new Map(),
    recent: [],
  };
}

/** Whether the account has a right to the model. */
export function mayUse(account: Account, model: string): boolean {
  return !account.forbiddenModels.includes("*") && !account.forbiddenModels.includes(model);
}

/** Counts a request, unless it is one too many within a second. */
export function countRequest(account: Account, now: number): boolean {
  if (account.requestsPerSecond === Number.POSITIVE_INFINITY) return true;
  account.recent = account.recent.filter((time) => time > now - 1_000);
  return account.recent.length < account.requestsPerSecond && account.recent.push(now) > 0;
}
