// Node's own runner: `node --test test/sqlite.test.ts`, on Node 22.18 or newer.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, it } from "node:test";
import { taskStoreSuite } from "@klingkit/core/testing";
import { sqliteTaskStore } from "../src/sqlite-task-store.ts";

const folder = mkdtempSync(path.join(tmpdir(), "klingkit-sqlite-"));
const stores: ReturnType<typeof sqliteTaskStore>[] = [];
after(() => {
  for (const store of stores) store.close();
  rmSync(folder, { recursive: true });
});

function open() {
  const store = sqliteTaskStore(path.join(folder, "tasks.sqlite"));
  stores.push(store);
  return store;
}

for (const { name, run } of taskStoreSuite(open)) it(`SQLite ${name}`, run);
