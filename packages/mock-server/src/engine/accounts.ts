/** What an account may do. Everything is unlimited unless it is said. */
export interface AccountOptions {
  /** Units left; refused with 1102 when they do not suffice. Default unlimited. */
  readonly units?: number;
  /** Tasks in flight at a time for each model; refused with 1303 beyond. Default unlimited. */
  readonly parallelTasks?: number;
}

/** One key's account. */
export interface Account {
  /** A stable name that is not the key. */
  readonly name: string;
  readonly unitsBought: number;
  unitsLeft: number;
  readonly parallelTasks: number;
  /** When the running tasks of each model end. */
  readonly slots: Map<string, number[]>;
}

/** Accounts by key; any key opens one. */
export class Accounts {
  readonly #byKey = new Map<string, Account>();
  readonly #options: Readonly<Record<string, AccountOptions>>;

  constructor(options: Readonly<Record<string, AccountOptions>> = {}) {
    this.#options = options;
  }

  /** The key's account, opened on first use. */
  of(key: string): Account {
    const known = this.#byKey.get(key);
    if (known) return known;
    const options = this.#options[key] ?? {};
    const units = options.units ?? Number.POSITIVE_INFINITY;
    const account: Account = {
      name: `account-${this.#byKey.size + 1}`,
      unitsBought: units,
      unitsLeft: units,
      parallelTasks: options.parallelTasks ?? Number.POSITIVE_INFINITY,
      slots: new Map(),
    };
    this.#byKey.set(key, account);
    return account;
  }

  clear(): void {
    this.#byKey.clear();
  }
}

/** Tasks of the model that are still running. */
export function tasksInFlight(account: Account, model: string, now: number): number {
  const running = (account.slots.get(model) ?? []).filter((endsAt) => endsAt > now);
  account.slots.set(model, running);
  return running.length;
}

/** Takes a slot until the task ends; a stuck task keeps it for ever. */
export function occupySlot(account: Account, model: string, endsAt: number): void {
  const slots = account.slots.get(model);
  if (slots) slots.push(endsAt);
  else account.slots.set(model, [endsAt]);
}
