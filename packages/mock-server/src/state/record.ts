import { encodeBase64 } from "@klingkit/spec/web";
import { clockState } from "../engine/clock.js";
import type { MockEvent } from "../engine/events.js";
import type { TaskRecord } from "../engine/task-record.js";
import type { Some } from "../wire/parts.js";
import type { Journal, JournalEntry } from "./journal.js";
import { type KeptParts, savedAccount } from "./snapshot.js";

/** Writes down every change from now on. */
export function record(parts: KeptParts, journal: Journal): void {
  // If a dropped picture is sent again, it is written again, because it is another array.
  const written = new WeakSet<Uint8Array>();
  const allAreWritten = () => {
    for (const [, bytes] of parts.pictures.entries()) written.add(bytes);
  };
  allAreWritten();
  parts.events.subscribe((event) => {
    if (event.type === "restored") {
      allAreWritten();
      return journal.replace();
    }
    for (const entry of entriesOf(parts, event, written)) journal.append(entry);
  });
  parts.tasks.onCounted((task) => journal.append(movedEntry(task)));
  parts.callbacks.onChanged((taskId, unfinished) =>
    journal.append({ type: "callbacks", taskId, unfinished: unfinished ?? null }),
  );
}

/** @param written pictures that have been written */
function entriesOf(parts: KeptParts, event: MockEvent, written: WeakSet<Uint8Array>): readonly JournalEntry[] {
  switch (event.type) {
    case "task-created":
      return createdEntries(parts, event.detail.taskId, written);
    case "task-moved": {
      const task = parts.tasks.byId(event.detail.taskId);
      return task ? [movedEntry(task)] : [];
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

function movedEntry({ id, plan, reads }: TaskRecord): JournalEntry {
  return { type: "moved", taskId: id, plan, reads };
}

function createdEntries(parts: KeptParts, taskId: string, written: WeakSet<Uint8Array>): readonly JournalEntry[] {
  const task = parts.tasks.byId(taskId);
  if (!task) return [];
  const { picture: key } = task;
  const bytes = key === undefined ? undefined : parts.pictures.get(key);
  if (key === undefined || !bytes || written.has(bytes)) return [{ type: "created", task }];
  written.add(bytes);
  return [pictureEntry(key, bytes), { type: "created", task }];
}

/** Everything there is, in the order in which it can be read back. The lists are taken now, the rest when it is read. */
export function everything(parts: KeptParts): Iterable<JournalEntry> {
  const charged = new Set(parts.ledger.tasks());
  const { carried } = parts.ledger;
  const tasks = parts.tasks.oldestFirst();
  const pictures = [...parts.pictures.entries()];
  const ids: JournalEntry = { type: "ids", sequence: parts.ids.sequence };
  const last = [ids, ...accountEntries(parts), clockEntry(parts), rulesEntry(parts), ...callbackEntries(parts)];
  return (function* () {
    for (const [key, bytes] of pictures) yield pictureEntry(key, bytes);
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

function pictureEntry(key: string, bytes: Uint8Array): JournalEntry {
  return { type: "picture", key, base64: encodeBase64(bytes) };
}

function clockEntry({ clock }: Some<"clock">): JournalEntry {
  const { now, real } = clock.reading();
  return { type: "clock", clock: { ...clockState(clock), now }, real };
}

function rulesEntry({ rules }: Some<"rules">): JournalEntry {
  return { type: "rules", rules: rules.list() };
}
