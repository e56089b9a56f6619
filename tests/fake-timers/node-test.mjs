import assert from "node:assert/strict";
import { test } from "node:test";
import { talk } from "./talk.mjs";

/** @param {import("node:test").TestContext} context */
const fake = (context) => context.mock.timers.enable({ apis: ["setTimeout", "setInterval", "setImmediate", "Date"] });

test("timers faked before the simulator is imported", async (context) => {
  fake(context);
  const { startMockServer } = await import("@klingkit/mock-server/node");
  const server = await startMockServer({ port: 0, render: "none" });
  assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
  await server.close();
});

test("timers faked after it was started; then real again", async (context) => {
  const { startMockServer } = await import("@klingkit/mock-server/node");
  const server = await startMockServer({ port: 0, render: "none" });
  fake(context);
  assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
  context.mock.timers.tick(10_000);
  assert.equal([...server.mock.tasks.newestFirst()].length, 1);
  context.mock.timers.reset();
  assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
  await server.close();
});
