import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { taskStoreSuite } from "@klingkit/core/testing";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable, postgresTaskStore } from "../examples/task-stores/src/postgres-task-store.js";
import { hasPostgres, startPostgres } from "./postgres-server.js";

const execute = promisify(execFile);
const examples = path.resolve(import.meta.dirname, "../examples/task-stores");
const note = hasPostgres ? "" : " (skipped: PostgreSQL's server is not installed)";

describe.skipIf(!hasPostgres)(`a task store in PostgreSQL${note}`, () => {
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
      import { taskStoreSuite } from ${JSON.stringify(import.meta.resolve("@klingkit/core/testing"))};
      import { fileTaskStore } from ${JSON.stringify(import.meta.resolve("@klingkit/core/node"))};
      for (const { name, run } of taskStoreSuite(() => fileTaskStore(process.argv[1]))) it(name, run);`;
    const { stdout } = await execute(process.execPath, ["--input-type=module", "-e", script, folder]);
    expect(stdout).toMatch(/^(#|ℹ) fail 0$/m);
    expect(stdout).toMatch(/^(#|ℹ) pass 8$/m);
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
