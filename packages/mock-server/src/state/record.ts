import { encodeBase64 } from "@klingkit/spec/web";
import { clockState } from "../clock.js";
import type { MockEvent } from "../engine/events.js";
import type { Engine } from "../engine.js";
import { savedAccount, takeSnapshot } from "../snapshot.js";
import type { Journal, JournalEntry } from "./journal.js";

/** Writes down every change from now on. */
export function record(engine: Engine, journal: Journal): void {
  const pictures = new Set([...engine.pictures.entries()].map(([key]) => key));
  engine.events.subscribe((event) => {
    const isWhole = event.type === "restored" || (event.type === "reset" && event.detail.account === undefined);
    if (isWhole) pictures.clear();
    for (const entry of entriesOf(engine, event, pictures)) journal.append(entry);
  });
  engine.callbacks.onChanged((taskId, unfinished) =>
    journal.append({ type: "callbacks", taskId, unfinished: unfinished ?? null }),
  );
}

/** @param pictures keys of those that have been written */
function entriesOf(engine: Engine, event: MockEvent, pictures: Set<string>): readonly JournalEntry[] {
  switch (event.type) {
    case "task-created":
      return createdEntries(engine, event.detail.taskId, pictures);
    case "task-moved": {
      const task = engine.tasks.byId(event.detail.taskId);
      return task ? [{ type: "moved", taskId: task.id, plan: task.plan, reads: task.reads }] : [];
    }
    case "account":
      return [{ type: "account", account: savedAccount(engine.accounts.byName(event.detail.account)) }];
    case "clock":
      return [clockEntry(engine)];
    case "rule-used":
      // A rule without end is the same after it was used.
      return event.detail.left === null ? [] : [rulesEntry(engine)];
    case "rule-added":
    case "rule-removed":
      return [rulesEntry(engine)];
    case "reset":
      return [{ type: "reset", ...event.detail }];
    case "restored":
      return [{ type: "restored", snapshot: takeSnapshot(engine) }, clockEntry(engine)];
    default:
      return [];
  }
}

function createdEntries(engine: Engine, taskId: string, pictures: Set<string>): readonly JournalEntry[] {
  const task = engine.tasks.byId(taskId);
  if (!task) return [];
  const { picture } = task;
  const bytes = picture === undefined || pictures.has(picture) ? undefined : engine.pictures.get(picture);
  if (picture === undefined || !bytes) return [{ type: "created", task }];
  pictures.add(picture);
  return [
    { type: "picture", base64: encodeBase64(bytes) },
    { type: "created", task },
  ];
}

/** Everything there is, in the order in which it can be read back. The lists are taken now, the rest when it is read. */
export function everything(engine: Engine): Iterable<JournalEntry> {
  const charged = new Set<string>();
  const charges = engine.ledger.charges;
  const tasks = [...engine.tasks.newestFirst()].reverse();
  const pictures = [...engine.pictures.entries()];
  const last = [...accountEntries(engine), clockEntry(engine), rulesEntry(engine), ...callbackEntries(engine)];
  return (function* () {
    for (const [, bytes] of pictures) yield { type: "picture", base64: encodeBase64(bytes) } as const;
    const kept = new Map(tasks.map((task) => [task.id, task]));
    for (const charge of charges) {
      const task = kept.get(charge.taskId);
      charged.add(charge.taskId);
      yield task ? ({ type: "created", task } as const) : ({ type: "charge", charge } as const);
    }
    for (const task of tasks) if (!charged.has(task.id)) yield { type: "task", task } as const;
    yield* last;
  })();
}

function accountEntries({ accounts }: Engine): readonly JournalEntry[] {
  return accounts.list().map((account) => ({ type: "account", account: savedAccount(account) }));
}

function callbackEntries({ callbacks }: Engine): readonly JournalEntry[] {
  return callbacks.unfinished().map((unfinished) => ({ type: "callbacks", taskId: unfinished.taskId, unfinished }));
}

function clockEntry({ clock }: Engine): JournalEntry {
  return { type: "clock", clock: clockState(clock), real: clock.real() };
}

function rulesEntry({ rules }: Engine): JournalEntry {
  return { type: "rules", rules: rules.list() };
}
