import { mergeRecord, type TaskKey, type TaskRecord, type TaskStore } from "@klingkit/core";
import type { Sql } from "postgres";

/** Run once, as a migration. "C" tells upper from lower case. The record is text: `jsonb` takes no \u0000. */
export const createTable = `
  create table if not exists kling_tasks (
    dialect text collate "C", origin text collate "C", account text collate "C",
    family text collate "C", external_task_id text collate "C",
    state text not null, record text not null,
    primary key (dialect, origin, account, family, external_task_id)
  );
  create index if not exists kling_tasks_open on kling_tasks (state) where state not in ('ended', 'refused');`;

interface Row {
  readonly record: string;
}

/** A task store in PostgreSQL, for any number of machines. */
export function postgresTaskStore(sql: Sql): TaskStore {
  const find = async (key: TaskKey): Promise<TaskRecord | undefined> => {
    const rows = await sql<Row[]>`select record from kling_tasks where ${isKey(sql, key)}`;
    return rows.map(read)[0];
  };
  return {
    find,
    async claim(record) {
      // One statement, so that no other caller can claim in between.
      const taken = await sql`
        insert into kling_tasks ${sql(rowOf(record))}
        on conflict (dialect, origin, account, family, external_task_id)
        do update set state = excluded.state, record = excluded.record where kling_tasks.state = 'refused'`;
      return taken.count === 1 ? undefined : find(record);
    },
    async update(record) {
      await sql.begin(async (transaction) => {
        const inserted =
          await transaction`insert into kling_tasks ${transaction(rowOf(record))} on conflict do nothing`;
        if (inserted.count === 1) return;
        // Locks the row until the end, so that nobody else writes between the read and the write.
        const rows = await transaction<Row[]>`select record from kling_tasks where ${isKey(sql, record)} for update`;
        for (const { state, record: text } of rows.map((row) => rowOf(mergeRecord(read(row), record))))
          await transaction`update kling_tasks set state = ${state}, record = ${text} where ${isKey(sql, record)}`;
      });
    },
    async list(options) {
      const isWanted = options?.open ? sql`state not in ('ended', 'refused')` : sql`true`;
      return (await sql<Row[]>`select record from kling_tasks where ${isWanted}`).map(read);
    },
  };
}

function isKey(sql: Sql, { dialect, origin, account, family, external_task_id }: TaskKey) {
  return sql`dialect = ${dialect} and origin = ${origin} and account = ${account}
    and family = ${family} and external_task_id = ${external_task_id}`;
}

function rowOf(record: TaskRecord) {
  const { dialect, origin, account, family, external_task_id, state } = record;
  return { dialect, origin, account, family, external_task_id, state, record: JSON.stringify(record) };
}

function read({ record }: Row): TaskRecord {
  return JSON.parse(record) as TaskRecord;
}
