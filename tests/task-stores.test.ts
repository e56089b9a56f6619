import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { taskStoreSuite } from "@klingkit/core/testing";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, postgresTaskStore } from "../examples/task-stores/src/postgres-task-store.js";
import { postgresNote, skipWithoutPostgres, startPostgres } from "./postgres-server.js";
import { runFromSources } from "./support/source-process.js";

const execute = promisify(execFile);
const examples = path.resolve(import.meta.dirname, "../examples/task-stores");

describe.skipIf(skipWithoutPostgres)(`a task store in PostgreSQL${postgresNote}`, () => {
  let server: Awaited<ReturnType<typeof startPostgres>>;
  const connections: postgres.Sql[] = [];
  const connect = () => {
    const sql = postgres({ host: "127.0.0.1", port: server.port, user: "klingkit", database: "postgres", max: 2 });
    connections.push(sql);
    return sql;
  };
  beforeAll(async () => {
    server = await startPostgres();
    await connect().unsafe(createTable);
  });
  afterAll(async () => {
    for (const sql of connections) await sql.end();
    await server.stop();
  });
  for (const { name, run } of taskStoreSuite(() => postgresTaskStore(connect()))) it(name, run);
});

describe("the suite for task stores under Node's own runner", () => {
  it("shows what the store in files does", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-suite-"));
    const script = `
      import { it } from "node:test";
      import { taskStoreSuite } from "@klingkit/core/testing";
      import { fileTaskStore } from "@klingkit/core/node";
      for (const { name, run } of taskStoreSuite(() => fileTaskStore(process.argv[2]))) it(name, run);`;
    const { stdout } = await runFromSources(script, [folder]);
    const printed = await text(stdout);
    expect(printed).toMatch(/^(#|ℹ) fail 0$/m);
    expect(printed).toMatch(/^(#|ℹ) pass 8$/m);
    await rm(folder, { recursive: true });
  });

  const hasSqlite = isBuiltin("node:sqlite");
  const older = hasSqlite ? "" : " (skipped: Node 20 has no node:sqlite; npm run test:runtimes has newer ones)";
  it.skipIf(!hasSqlite)(`shows what the example on SQLite does${older}`, async () => {
    const args = ["--test", "--test-reporter=tap", "test/sqlite.test.ts"];
    const { stdout } = await execute(process.execPath, args, { cwd: examples });
    expect(stdout).toMatch(/^# fail 0$/m);
  });
});
