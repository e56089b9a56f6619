import { createKlingClient, type KlingClient, type KlingClientOptions } from "@klingkit/core";
import { type Budget, createBudget } from "@klingkit/core/pricing";

interface UserBudgetsOptions extends KlingClientOptions {
  /** Most that one user may spend, in US dollars by Kling's price list. */
  readonly dollarsEach: number;
  /** What a user has spent before, from your database. */
  readonly spentBefore: (user: string) => Promise<number>;
}

/**
 * A client for each user, with a budget of its own. All of them share one task store and one limiter. A client is a small
 * object without connections, so a thousand of them cost next to nothing.
 */
export function createUserBudgets({ dollarsEach, spentBefore, ...options }: UserBudgetsOptions) {
  const users = new Map<string, Promise<{ readonly kling: KlingClient; readonly budget: Budget }>>();
  const open = async (user: string) => {
    const budget = createBudget({ budget: dollarsEach, spent: await spentBefore(user) });
    return { kling: createKlingClient({ ...options, budget }), budget };
  };
  return {
    /** The user's client, and what they have spent so far: `budget.spent`. */
    of(user: string) {
      const known = users.get(user);
      if (known) return known;
      const opened = open(user);
      users.set(user, opened);
      opened.catch(() => users.delete(user)); // the database is asked again next time
      return opened;
    },
  };
}
