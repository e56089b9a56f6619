import type { TaskKey, TaskRecord, TaskState, TaskStore } from "../ports.js";
import { mergeRecord } from "../task-store/task-records.js";
import { expectEqual } from "./expect.js";

/** A test of one promise of a task store. */
export interface TaskStoreCase {
  readonly name: string;
  /** @throws Error if the store does not keep the promise */
  run(): Promise<void>;
}

type Open = () => Promise<TaskStore>;

/**
 * Tests for a task store of your own. They run in any test runner:
 * `for (const { name, run } of taskStoreSuite(openStore)) it(name, run);`
 * @param makeStore opens the store. One case calls it several times, as several processes would. Each time return
 * another connection to the same data (for a store in memory, the same object). The data need not be empty: each case
 * uses its own account and ids.
 */
export function taskStoreSuite(makeStore: () => TaskStore | Promise<TaskStore>): readonly TaskStoreCase[] {
  const open: Open = async () => makeStore();
  return Object.entries(cases).map(([name, run]) => ({ name, run: () => run(open) }));
}

const states: readonly TaskState[] = ["sending", "unknown", "refused", "accepted", "ended"];
/** Too large for 32 bits, as times in milliseconds are. */
const start = 1_800_000_000_000;

const cases: Readonly<Record<string, (open: Open) => Promise<void>>> = {
  async "gives an intention to one of many claims, whoever makes them"(open) {
    const stores = [await open(), await open(), await open()];
    const record = newRecord();
    const claims = Array.from({ length: 30 }, (_, index) =>
      stores[index % stores.length]?.claim({ ...record, claimedAt: start + index }),
    );
    const earlier = await Promise.all(claims);
    const winners = earlier.flatMap((found, index) => (found === undefined ? [start + index] : []));
    expectEqual(winners.length, 1, "claims that were given the intention");
    const [claimedAt] = winners;
    for (const found of earlier) if (found) expectEqual(found, { ...record, claimedAt }, "what the others were given");
  },

  async "gives a refused intention to one of many claims again, with nothing of the earlier one"(open) {
    const stores = [await open(), await open()];
    const first = newRecord({ digest: "first", note: "first" });
    await stores[0]?.claim(first);
    await stores[0]?.update({ ...first, state: "refused", updatedAt: start + 1 });
    const { digest: _, note: __, ...again } = { ...first, claimedAt: start + 2, updatedAt: start + 2 };
    const claims = await Promise.all(Array.from({ length: 10 }, (_, index) => stores[index % 2]?.claim(again)));
    expectEqual(claims.filter((earlier) => earlier === undefined).length, 1, "claims that were given the intention");
    expectEqual(await stores[1]?.find(first), again, "the record");
  },

  async "keeps an intention that is in any other state"(open) {
    const store = await open();
    for (const state of states.filter((one) => one !== "refused")) {
      const record = newRecord({ state });
      await store.update(record);
      expectEqual(await store.claim({ ...record, claimedAt: start + 1 }), record, `a claim of what is ${state}`);
      expectEqual(await store.find(record), record, `what is ${state}`);
    }
  },

  async "keeps every field as it was, for other connections too"(open) {
    const note = { text: `"' \\ \u0000 \n é 漢 🎬`, list: [1, null, { deep: true }], filler: "x".repeat(3_900) };
    const whole = { task_id: "2032273942220931072", sentAt: start + 1, digest: "d".repeat(64), note };
    for (const more of [{}, whole, { note: null }, { note: 0 }]) {
      const record = newRecord(more);
      await (await open()).claim(record);
      expectEqual(await (await open()).find(record), record, "the record");
    }
  },

  async "tells intentions apart by dialect, origin, account, family and own id, to the letter"(open) {
    const store = await open();
    const record = newRecord({ external_task_id: `Own_${unique()}` });
    await store.claim(record);
    const others: readonly Partial<TaskKey>[] = [
      { dialect: "cometapi" },
      { origin: "https://other.example.com" },
      { account: `${record.account} ` },
      { account: record.account.toUpperCase() },
      { family: "text2video" },
      { external_task_id: record.external_task_id.toLowerCase() },
    ];
    for (const other of others) {
      const key = { ...record, ...other };
      expectEqual(await store.find(key), undefined, `what is found for ${JSON.stringify(other)}`);
      expectEqual(await store.claim(key), undefined, `a claim with ${JSON.stringify(other)}`);
    }
    expectEqual(await store.find(record), record, "the first record");
  },

  async "merges what it is told with what it knows"(open) {
    const store = await open();
    for (const [old, next] of pairsOfNews()) {
      await store.update(old);
      expectEqual(await store.find(old), old, "news of an intention that nobody has claimed");
      await store.update(next);
      expectEqual(await store.find(old), mergeRecord(old, next), `${next.state} after ${old.state}`);
    }
  },

  async "merges atomically: of news that comes at once none is lost"(open) {
    const stores = [await open(), await open(), await open()];
    const record = newRecord();
    await stores[0]?.claim(record);
    const news = Array.from({ length: 30 }, (_, index): TaskRecord => {
      const times = { updatedAt: start + index, until: start + 100 - index };
      return { ...record, ...times, ...(index === 13 ? { state: "accepted", task_id: "T" } : { state: "unknown" }) };
    });
    await Promise.all(news.map((one, index) => stores[index % stores.length]?.update(one)));
    const expected = { ...record, state: "accepted", task_id: "T", updatedAt: start + 29, until: start + 100 };
    expectEqual(await stores[0]?.find(record), expected, "the record");
  },

  async "lists all records, and those that are open"(open) {
    const records = states.map((state) => newRecord({ state }));
    for (const record of records) await (await open()).update(record);
    const accounts = new Set(records.map(({ account }) => account));
    const listed = async (options?: { readonly open?: boolean }) =>
      (await (await open()).list(options))
        .filter(({ account }) => accounts.has(account))
        .map(({ state }) => state)
        .sort();
    expectEqual(await listed(), [...states].sort(), "all records");
    expectEqual(await listed({ open: false }), [...states].sort(), "all records");
    expectEqual(await listed({ open: true }), ["accepted", "sending", "unknown"], "open records");
  },
};

/** A stored record and a later write to it, for every pair of states, by one claim and by two. */
function pairsOfNews(): [TaskRecord, TaskRecord][] {
  return states.flatMap((before) =>
    states.flatMap((after) =>
      [-5, 0, 5].map((later): [TaskRecord, TaskRecord] => {
        const old = newRecord({ state: before, sentAt: start + 1, ...(before === "accepted" ? { task_id: "T" } : {}) });
        const told = { ...old, state: after, claimedAt: start + later, updatedAt: start + 9, until: start + 7 };
        const { task_id: _, ...next } = told;
        return [old, after === "ended" ? { ...next, task_id: "T", note: after } : next];
      }),
    ),
  );
}

function newRecord(more: Partial<TaskRecord> = {}): TaskRecord {
  const scope = { dialect: "kling", origin: "https://api.example.com", account: `suite ${unique()}` } as const;
  const times = { claimedAt: start, until: start, updatedAt: start };
  return { ...scope, family: "image2video", external_task_id: unique(), state: "sending", ...times, ...more };
}

function unique(): string {
  return `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}
