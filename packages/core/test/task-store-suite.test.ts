import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { memoryTaskStore, type TaskStore } from "@klingkit/core";
import { fileTaskStore } from "@klingkit/core/node";
import { taskStoreSuite } from "@klingkit/core/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("the store in memory keeps the promises of a task store: it", () => {
  const store = memoryTaskStore();
  for (const { name, run } of taskStoreSuite(() => store)) it(name, run);
});

describe("the store in files keeps the promises of a task store: it", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "klingkit-suite-"));
  });
  afterAll(() => rm(folder, { recursive: true, maxRetries: 10 }));
  for (const { name, run } of taskStoreSuite(() => fileTaskStore(folder))) it(name, run);
});

describe("a store that breaks a promise is found out where it", () => {
  const broken: readonly [string, (store: TaskStore) => Partial<TaskStore>][] = [
    [
      "looks before it claims",
      (store) => ({
        claim: async (record) => {
          const earlier = await store.find(record);
          await new Promise(setImmediate);
          return earlier?.state === "refused" ? undefined : (earlier ?? void (await store.update(record)));
        },
      }),
    ],
    ["gives everybody leave", () => ({ claim: async () => undefined })],
    ["forgets the note", (store) => ({ claim: ({ note: _, ...record }) => store.claim(record) })],
    [
      "mixes up accounts",
      (store) => ({
        claim: (record) => store.claim({ ...record, account: record.account.trim() }),
        find: (key) => store.find({ ...key, account: key.account.trim() }),
      }),
    ],
    ["lists only what is open", (store) => ({ list: () => store.list({ open: true }) })],
    [
      "knows nothing it was only told",
      (store) => ({ update: async (record) => void ((await store.find(record)) && (await store.update(record))) }),
    ],
    [
      "believes the last word",
      (store) => {
        const last = new Map<string, Parameters<TaskStore["update"]>[0]>();
        return {
          update: async (record) => void last.set(record.account, record),
          find: async (key) => last.get(key.account) ?? store.find(key),
        };
      },
    ],
  ];
  it.each(broken)("%s", async (_, breaks) => {
    const store = memoryTaskStore();
    const cases = taskStoreSuite(() => ({ ...store, ...breaks(store) }));
    const outcomes = await Promise.allSettled(cases.map(({ run }) => run()));
    const failed = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.message] : []));
    expect(failed.join("\n")).toMatch(/: expected .*, got /);
    expect(failed.length).toBeLessThan(cases.length);
  });
});
