import type { UnfinishedCallbacks } from "../engine/callbacks.js";
import { isIdSequence } from "../engine/ids.js";
import { MockProblem } from "../engine/problem.js";
import type { JournalEntry } from "./journal.js";
import { accountFrom, carriedFrom, type KeptParts, planFrom, taskFrom } from "./snapshot.js";
import type { SavedAccount } from "./snapshot-format.js";

type Entry<Type extends JournalEntry["type"]> = Extract<JournalEntry, { readonly type: Type }>;
type Readers = { readonly [Type in JournalEntry["type"]]: (entry: Entry<Type>) => void };

/**
 * Makes everything as the entries say, in the order in which they were written. The clock goes on from where it would
 * stand now had the simulator never stopped: tasks live on while nobody is looking, as they do at the provider.
 * @throws MockProblem for an entry of an unknown kind
 */
export function replay(parts: KeptParts, entries: Iterable<JournalEntry>): void {
  const accounts = new Map<string, SavedAccount>();
  const { readers, finish } = readersOf(parts, accounts);
  for (const entry of entries) {
    if (!Object.hasOwn(readers, entry.type))
      throw new MockProblem(422, "unknown-entry", `A newer klingkit wrote "${entry.type}", which this one can't read.`);
    (readers[entry.type] as (entry: JournalEntry) => void)(entry);
  }
  finish();
}

function readersOf(parts: KeptParts, accounts: Map<string, SavedAccount>) {
  let latest = 0;
  const callbacks = new Map<string, UnfinishedCallbacks>();
  const keepTask = (saved: Entry<"task">["task"]) => {
    const task = taskFrom(saved);
    parts.tasks.add(task);
    parts.ids.sequence = parts.ids.sequenceOf(task.id);
    latest = Math.max(latest, task.plan.createdAt);
    return task;
  };
  // The accounts themselves come at the end; what there is of this one's is in the other parts.
  const forgetAccount = (account: string) => {
    for (const [taskId] of callbacks) if (parts.tasks.byId(taskId)?.account === account) callbacks.delete(taskId);
    for (const part of [parts.tasks, parts.ledger, parts.rules]) part.forgetAccount(account);
  };
  const readers: Readers = {
    created: ({ task: saved }) => {
      const task = keepTask(saved);
      parts.ledger.record(task);
    },
    carried: ({ charges }) => parts.ledger.carry(charges),
    charge: ({ charge }) => parts.ledger.carry(carriedFrom(charge)),
    task: ({ task }) => void keepTask(task),
    moved: ({ taskId, plan, reads }) => {
      const task = parts.tasks.byId(taskId);
      if (task) Object.assign(task, { plan: planFrom(plan), reads });
    },
    ids: ({ sequence }) => {
      if (!isIdSequence(sequence)) throw new MockProblem(422, "invalid-ids", `ids can't go on from ${sequence}`);
      parts.ids.sequence = sequence;
    },
    account: ({ account }) => void accounts.set(account.name, account),
    clock: ({ clock, real }) => {
      parts.clock.restore(clock.now, clock.frozen, clock.speed, real);
    },
    rules: ({ rules }) => {
      // Earlier versions wrote down a rule that was just used up.
      parts.rules.restore(rules.filter(({ left }) => left !== 0));
    },
    picture: ({ key, base64 }) => void parts.pictures.keep(base64, key),
    callbacks: ({ taskId, unfinished }) =>
      void (unfinished ? callbacks.set(taskId, unfinished) : callbacks.delete(taskId)),
    reset: ({ account }) => {
      if (account !== undefined) return forgetAccount(account);
      parts.reset();
      accounts.clear();
      callbacks.clear();
    },
  };
  const finish = () => {
    parts.accounts.restore([...accounts.values()].map(accountFrom));
    // Where the system's clock was set back meanwhile, time still does not run backwards.
    if (parts.clock.now() < latest) parts.clock.set(latest);
    for (const unfinished of callbacks.values()) {
      const task = parts.tasks.byId(unfinished.taskId);
      if (task) parts.callbacks.resume(task, unfinished);
    }
  };
  return { readers, finish };
}
