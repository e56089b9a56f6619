import type { UnfinishedCallbacks } from "../engine/callbacks.js";
import { MockProblem } from "../engine/problem.js";
import type { Engine } from "../engine.js";
import {
  accountFrom,
  planFrom,
  restoreSnapshot,
  ruleInput,
  type SavedAccount,
  savedAccount,
  taskFrom,
} from "../snapshot.js";
import type { JournalEntry } from "./journal.js";

type Entry<Type extends JournalEntry["type"]> = Extract<JournalEntry, { readonly type: Type }>;
type Readers = { readonly [Type in JournalEntry["type"]]: (entry: Entry<Type>) => void };

/**
 * Makes everything as the entries say, in the order in which they were written. The clock goes on from where it would
 * stand now had the simulator never stopped: tasks live on while nobody is looking, as they do at the provider.
 * @throws MockProblem for an entry of an unknown kind
 */
export function replay(engine: Engine, entries: Iterable<JournalEntry>): void {
  const accounts = new Map<string, SavedAccount>();
  const { readers, finish } = readersOf(engine, accounts);
  for (const entry of entries) {
    if (!Object.hasOwn(readers, entry.type))
      throw new MockProblem(422, "unknown-entry", `A newer klingkit wrote "${entry.type}", which this one can't read.`);
    (readers[entry.type] as (entry: JournalEntry) => void)(entry);
  }
  finish();
}

function readersOf(engine: Engine, accounts: Map<string, SavedAccount>) {
  let latest = 0;
  const callbacks = new Map<string, UnfinishedCallbacks>();
  const keepAccounts = (list: readonly SavedAccount[]) => {
    for (const account of list) accounts.set(account.name, account);
  };
  const keepTask = (saved: Entry<"task">["task"]) => {
    const task = taskFrom(saved);
    engine.tasks.add(task);
    engine.ids.sequence = engine.ids.sequenceOf(task.id);
    latest = Math.max(latest, task.plan.createdAt);
    return task;
  };
  // The accounts themselves come at the end; what there is of this one's is in the other parts.
  const forgetAccount = (account: string) => {
    for (const [taskId] of callbacks) if (engine.tasks.byId(taskId)?.account === account) callbacks.delete(taskId);
    for (const part of [engine.tasks, engine.ledger, engine.rules]) part.forgetAccount(account);
  };
  const readers: Readers = {
    created: ({ task: saved }) => {
      const task = keepTask(saved);
      engine.ledger.record(task);
    },
    charge: ({ charge }) => engine.ledger.keep(charge),
    task: ({ task }) => void keepTask(task),
    moved: ({ taskId, plan, reads }) => {
      const task = engine.tasks.byId(taskId);
      if (task) Object.assign(task, { plan: planFrom(plan), reads });
    },
    account: ({ account }) => keepAccounts([account]),
    clock: ({ clock, real }) => {
      const passed = clock.frozen ? 0 : Math.max(0, engine.clock.real() - real) * clock.speed;
      engine.clock.restore(clock.now + Math.floor(passed), clock.frozen, clock.speed);
    },
    rules: ({ rules }) => {
      engine.rules.clear();
      for (const rule of rules) engine.rules.add(ruleInput(rule));
    },
    picture: ({ base64 }) => void engine.pictures.keep(base64),
    callbacks: ({ taskId, unfinished }) =>
      void (unfinished ? callbacks.set(taskId, unfinished) : callbacks.delete(taskId)),
    reset: ({ account }) => {
      if (account !== undefined) return forgetAccount(account);
      engine.reset();
      accounts.clear();
      callbacks.clear();
    },
    restored: ({ snapshot }) => {
      restoreSnapshot(engine, snapshot);
      accounts.clear();
      callbacks.clear();
      keepAccounts(engine.accounts.list().map(savedAccount));
    },
  };
  const finish = () => {
    engine.accounts.restore([...accounts.values()].map(accountFrom));
    // Where the system's clock was set back meanwhile, time still does not run backwards.
    if (engine.clock.now() < latest) engine.clock.set(latest);
    for (const unfinished of callbacks.values()) {
      const task = engine.tasks.byId(unfinished.taskId);
      if (task) engine.callbacks.resume(task, unfinished);
    }
  };
  return { readers, finish };
}
