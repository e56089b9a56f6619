import { DatabaseSync } from "node:sqlite";
import { mergeRecord, type TaskKey, type TaskRecord, type TaskStore } from "@klingkit/core";

/** The columns of a key, and the SQL condition for them. */
const keyOf = ({ dialect, origin, account, family, external_task_id }: TaskKey) =>
  [dialect, origin, account, family, external_task_id] as const;
const sameKey = "dialect = ? and origin = ? and account = ? and family = ? and external_task_id = ?";

/**
 * A task store in a SQLite file, for the processes of one machine. Needs Node 22 or newer.
 * @param file made where it does not exist
 */
export function sqliteTaskStore(file: string): TaskStore & { close(): void } {
  const database = new DatabaseSync(file);
  // `full`: what is confirmed survives a loss of power. `busy_timeout`: waits for other writers.
  database.exec(`
    pragma busy_timeout = 10000;
    pragma journal_mode = wal;
    pragma synchronous = full;
    create table if not exists tasks (
      dialect text, origin text, account text, family text, external_task_id text,
      state text not null, record text not null,
      primary key (dialect, origin, account, family, external_task_id)
    ) strict;
    create index if not exists open_tasks on tasks (state) where state not in ('ended', 'refused');
  `);
  const found = database.prepare(`select record from tasks where ${sameKey}`);
  const claimed = database.prepare(`
    insert into tasks values (?, ?, ?, ?, ?, ?, ?)
    on conflict do update set state = excluded.state, record = excluded.record where tasks.state = 'refused'`);
  const kept = database.prepare("insert or replace into tasks values (?, ?, ?, ?, ?, ?, ?)");
  const all = database.prepare("select record from tasks");
  const open = database.prepare("select record from tasks where state not in ('ended', 'refused')");

  const find = (key: TaskKey) => read(found.get(...keyOf(key)));
  const values = (record: TaskRecord) => [...keyOf(record), record.state, JSON.stringify(record)] as const;
  const update = (record: TaskRecord) => {
    const earlier = find(record);
    kept.run(...values(earlier ? mergeRecord(earlier, record) : record));
  };

  return {
    // One statement, so that no other caller can claim in between.
    claim: async (record) => (claimed.run(...values(record)).changes === 1 ? undefined : find(record)),
    find: async (key) => find(key),
    // A write transaction from its start, so that nobody else writes between the read and the write.
    update: async (record) => inTransaction(database, () => update(record)),
    list: async (options) => (options?.open ? open : all).all().flatMap((row) => read(row) ?? []),
    close: () => database.close(),
  };
}

function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec("begin immediate");
  try {
    work();
    database.exec("commit");
  } catch (error) {
    database.exec("rollback");
    throw error;
  }
}

function read(row: unknown): TaskRecord | undefined {
  return row ? (JSON.parse((row as { readonly record: string }).record) as TaskRecord) : undefined;
}
