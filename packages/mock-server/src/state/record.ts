import { encodeBase64 } from "@klingkit/spec/web";
import { clockState } from "../engine/clock.js";
import type { MockEvent } from "../engine/events.js";
import type { Some } from "../wire/parts.js";
import type { Journal, JournalEntry } from "./journal.js";
import { type KeptParts, savedAccount } from "./snapshot.js";

/** Writes down every change from now on. */
export function record(parts: KeptParts, journal: Journal): void {
  const pictures = new Set([...parts.pictures.entries()].map(([key]) => key));
  parts.events.subscribe((event) => {
    if (event.type === "reset" && event.detail.account === undefined) pictures.clear();
    if (event.type === "restored") {
      for (const [key] of parts.pictures.entries()) pictures.add(key);
      return journal.replace();
    }
    for (const entry of entriesOf(parts, event, pictures)) journal.append(entry);
  });
  parts.callbacks.onChanged((taskId, unfinished) =>
    journal.append({ type: "callbacks", taskId, unfinished: unfinished ?? null }),
  );
}

/** @param pictures keys of those that have been written */
function entriesOf(parts: KeptParts, event: MockEvent, pictures: Set<string>): readonly JournalEntry[] {
  switch (event.type) {
    case "task-created":
      return createdEntries(parts, event.detail.taskId, pictures);
    case "task-moved": {
      const task = parts.tasks.byId(event.detail.taskId);
      return task ? [{ type: "moved", taskId: task.id, plan: task.plan, reads: task.reads }] : [];
    }
    case "account":
      return [{ type: "account", account: savedAccount(parts.accounts.byName(event.detail.account)) }];
    case "clock":
      return [clockEntry(parts)];
    case "rule-used":
      // A rule without end is the same after it was used.
      return event.detail.left === null ? [] : [rulesEntry(parts)];
    case "rule-added":
    case "rule-removed":
      return [rulesEntry(parts)];
    case "reset":
      return [{ type: "reset", ...event.detail }];
    default:
      return [];
  }
}

function createdEntries(parts: KeptParts, taskId: string, pictures: Set<string>): readonly JournalEntry[] {
  const task = parts.tasks.byId(taskId);
  if (!task) return [];
  const { picture } = task;
  const bytes = picture === undefined || pictures.has(picture) ? undefined : parts.pictures.get(picture);
  if (picture === undefined || !bytes) return [{ type: "created", task }];
  pictures.add(picture);
  return [
    { type: "picture", base64: encodeBase64(bytes) },
    { type: "created", task },
  ];
}

/** Everything there is, in the order in which it can be read back. The lists are taken now, the rest when it is read. */
export function everything(parts: KeptParts): Iterable<JournalEntry> {
  const charged = new Set(parts.ledger.tasks());
  const { carried } = parts.ledger;
  const tasks = parts.tasks.oldestFirst();
  const pictures = [...parts.pictures.entries()];
  const last = [...accountEntries(parts), clockEntry(parts), rulesEntry(parts), ...callbackEntries(parts)];
  return (function* () {
    for (const [, bytes] of pictures) yield { type: "picture", base64: encodeBase64(bytes) } as const;
    for (const charges of carried) yield { type: "carried", charges } as const;
    for (const task of tasks) yield { type: charged.has(task) ? "created" : "task", task } as const;
    yield* last;
  })();
}

function accountEntries({ accounts }: Some<"accounts">): readonly JournalEntry[] {
  return accounts.list().map((account) => ({ type: "account", account: savedAccount(account) }));
}

function callbackEntries({ callbacks }: Some<"callbacks">): readonly JournalEntry[] {
  return callbacks.unfinished().map((unfinished) => ({ type: "callbacks", taskId: unfinished.taskId, unfinished }));
}

function clockEntry({ clock }: Some<"clock">): JournalEntry {
  const { now, real } = clock.reading();
  return { type: "clock", clock: { ...clockState(clock), now }, real };
}

function rulesEntry({ rules }: Some<"rules">): JournalEntry {
  return { type: "rules", rules: rules.list() };
}
