import assert from "node:assert/strict";
import FakeTimers from "@sinonjs/fake-timers";
import { talk } from "./talk.mjs";

// As `sinon.useFakeTimers({ toFake })`: everything but nextTick, without which no server of node:http answers.
const { nextTick: _, ...faked } = FakeTimers.timers;
const fake = () => FakeTimers.install({ toFake: /** @type {never} */ (Object.keys(faked)) });

const before = fake();
const { startMockServer } = await import("@klingkit/mock-server/node");
const server = await startMockServer({ port: 0, render: "none" });
assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
before.uninstall();

const after = fake();
assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
after.uninstall();
assert.deepEqual(await talk(server.url), ["submitted", "submitted"]);
await server.close();
process.stdout.write("answered\n");
