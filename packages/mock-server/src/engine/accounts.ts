import { type Account, type AccountOptions, newAccount } from "./account.js";
import { checkAccountOptions } from "./account-check.js";
import { contentKey } from "./content-key.js";
import type { ChargeRules, Ledger } from "./ledger.js";
import { magicKeys } from "./magic-keys.js";
import { MockProblem } from "./problem.js";
import { roundUnits } from "./round-units.js";
import { refillSlots } from "./slots.js";
import type { MockTasks } from "./tasks.js";
import { refillUnits, settleUnits } from "./units.js";

/** What accounts need of the simulator. */
export interface AccountSurroundings {
  readonly tasks: MockTasks;
  readonly ledger: Ledger;
  readonly rules: ChargeRules;
  now(): number;
  /** Called when an account was opened or its limits were changed. */
  changed(account: Account): void;
}

/** Accounts by key; any key opens one. */
export class Accounts {
  readonly #byPrint = new Map<string, Account>();
  readonly #options: Readonly<Record<string, AccountOptions>>;
  readonly #surroundings: AccountSurroundings;

  /** @throws MockProblem for an unknown option, or a value that can't be */
  constructor(options: Readonly<Record<string, AccountOptions>> | undefined, surroundings: AccountSurroundings) {
    this.#options = options ?? {};
    for (const own of Object.values(this.#options)) checkAccountOptions(own);
    this.#surroundings = surroundings;
  }

  /** The key's account, opened on first use. */
  of(key: string): Account {
    const keyPrint = contentKey(key);
    return this.#byPrint.get(keyPrint) ?? this.#open(key, keyPrint);
  }

  #open(key: string, keyPrint: string): Account {
    const name = `account-${this.#byPrint.size + 1}`;
    const account = newAccount(name, keyPrint);
    apply(account, ownOf(this.#options, key) ?? ownOf(magicKeys, key) ?? {}, this.#surroundings.now());
    this.#byPrint.set(keyPrint, account);
    this.#surroundings.changed(account);
    return account;
  }

  /** Accounts in the order in which they were opened. */
  list(): Account[] {
    const now = this.#surroundings.now();
    const accounts = [...this.#byPrint.values()];
    for (const account of accounts) this.settle(account, now);
    return accounts;
  }

  /** Subtracts what has been charged from the account's units. @param now until this time. Default now */
  settle(account: Account, now = this.#surroundings.now()): void {
    settleUnits(account, now, this.#surroundings.rules);
  }

  /** Units that are neither charged nor reserved. */
  unitsFree(account: Account): number {
    if (account.unitsBought === Number.POSITIVE_INFINITY) return account.unitsBought;
    this.settle(account);
    return roundUnits(account.reserved.reduce((left, { units }) => left - (units ?? 0), account.unitsLeft));
  }

  /** @throws MockProblem for an unknown account */
  byName(name: string): Account {
    for (const account of this.#byPrint.values()) if (account.name === name) return account;
    throw new MockProblem(404, "unknown-account", `There is no account ${name}; give a key to open one.`);
  }

  /**
   * Changes what a key's account may do. Options that are not given keep their values.
   * @throws MockProblem for an unknown option, or a value that can't be
   */
  set(key: string, options: AccountOptions): Account {
    checkAccountOptions(options);
    return this.change(this.of(key).name, options);
  }

  /** The same by the account's name. @throws MockProblem for an unknown account, too */
  change(name: string, options: AccountOptions): Account {
    checkAccountOptions(options);
    const { tasks, ledger, changed } = this.#surroundings;
    const now = this.#surroundings.now();
    const account = apply(this.byName(name), options, now);
    if (options.parallelTasks !== undefined) refillSlots(account, tasks.newestFirst());
    if (options.units !== undefined) {
      account.chargedThen = ledger.sums("charged", name, now).units;
      this.#refillUnits(account, now);
    }
    changed(account);
    return account;
  }

  /** Gives an account back the units it bought, and its slots. @throws MockProblem for an unknown account */
  renew(name: string): void {
    const account = this.byName(name);
    const { unitsBought: unitsLeft } = account;
    Object.assign(account, { unitsLeft, chargedThen: 0, reserved: [], refundable: [], recent: [] });
    account.slots.clear();
    this.#surroundings.changed(account);
  }

  /** Restores accounts of a snapshot. */
  restore(accounts: Iterable<Account>): void {
    const now = this.#surroundings.now();
    this.clear();
    for (const account of accounts) {
      this.#byPrint.set(account.keyPrint, account);
      refillSlots(account, this.#surroundings.tasks.newestFirst());
      this.#refillUnits(account, now);
    }
  }

  #refillUnits(account: Account, now: number): void {
    const { ledger, rules } = this.#surroundings;
    refillUnits(account, ledger, now, rules);
  }

  clear(): void {
    this.#byPrint.clear();
  }
}

/** Changes what an account may do. Options that are not given keep their values. */
function apply(account: Account, { units, ...options }: AccountOptions, now: number): Account {
  if (units !== undefined) {
    account.unitsBought = units;
    account.boughtAt = now;
    account.unitsLeft = units;
  }
  account.parallelTasks = options.parallelTasks ?? account.parallelTasks;
  account.requestsPerSecond = options.requestsPerSecond ?? account.requestsPerSecond;
  account.inArrears = options.inArrears ?? account.inArrears;
  account.packExpired = options.packExpired ?? account.packExpired;
  account.addressRefused = options.addressRefused ?? account.addressRefused;
  account.forbiddenModels = options.forbiddenModels ?? account.forbiddenModels;
  return account;
}

function ownOf<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
