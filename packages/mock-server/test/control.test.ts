import type { Mock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { type ControlOperation, controlOperations, expectDocumented } from "./control-check.js";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

/** A simulator in which something of everything has happened. */
async function livelyMock(): Promise<{ mock: Mock; ids: readonly string[] }> {
  const mock = frozenMock();
  const ids = [];
  for (const own of ["a", "b", "c"]) {
    const body = { ...minimal, image: coffee, external_task_id: own };
    ids.push(taskOf(await ask(mock.fetch, "POST", path, { body })).task_id);
  }
  await ask(mock.fetch, "POST", path, { body: minimal, headers: { authorization: "Bearer test-one-slot" } });
  await ask(mock.fetch, "GET", `${path}/a`);
  await expect(ask(mock.fetch, "GET", `${path}/a`, { headers: { prefer: "fault=reset-before" } })).rejects.toThrow();
  await ask(mock.fetch, "GET", "/kling/v1/nonsense");
  mock.rules.add({ match: { operation: "image2video" }, prefer: "code=5000", times: 2 });
  return { mock, ids };
}

const bodies: Readonly<Record<string, unknown>> = {
  moveClock: { freeze: true, advance: 5, speed: 2 },
  addRule: {
    match: { path: "/kling/*", verb: "submit" },
    prefer: "fault=html-502, delay=1-5",
    times: 2,
    probability: 0.5,
  },
  changeAccount: { key: "test-key", units: 5, parallelTasks: null, forbiddenModels: ["kling-v1"] },
  failTask: { message: "why" },
};

/** Operations that answer something else. */
const notJson = ["events", "taskPicture", "file"];

/** A request by a name that is not this machine's. */
const noHost = { query: new URLSearchParams(), headers: {}, origin: "http://mock:4600" };

describe("the control API", () => {
  it("answers every operation of its document as the document says", async () => {
    for (const operation of controlOperations.filter(({ id }) => !notJson.includes(id))) {
      const { mock, ids } = await livelyMock();
      const id = operation.id === "removeRule" ? "rule-1" : (ids[0] ?? "");
      const body = operation.id === "restore" ? mock.snapshot() : bodies[operation.id];
      const answer = await control(mock, operation, { id, body });
      expect(answer.status, operation.id).toBeLessThan(300);
      expectDocumented(operation, answer);
    }
  });

  it("refuses what it can't do as the document says", async () => {
    for (const operation of controlOperations.filter(({ path: where }) => where.includes("{id}"))) {
      const answer = await control(frozenMock(), operation, { id: "nobody" });
      expect(answer.status, operation.id).toBe(404);
      expectDocumented(operation, answer);
    }
    const submitted = (await livelyMock()).mock.snapshot();
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      moveClock: [
        {},
        { advance: -1 },
        { speed: 0 },
        { speed: 1e6 },
        { speed: "fast" },
        { set: 5 },
        { advance: "soon" },
        "[]",
        "{",
      ],
      addRule: [
        {},
        { prefer: "code=nonsense" },
        { prefer: "" },
        { prefer: "code=1303", times: 0 },
        { prefer: "code=1303", match: { colour: "red" } },
        { prefer: "code=1303", probability: 2 },
      ],
      changeAccount: [
        {},
        { account: "account-9" },
        { key: "a", units: -1 },
        { key: "a", parallelTasks: 0.5 },
        { key: "a", requestsPerSecond: 1.5 },
        { key: "a", inArrears: null },
        { key: "a", unitz: 1 },
        { key: "a", forbiddenModels: "all" },
      ],
      restore: [
        {},
        { ...frozenMock().snapshot(), tasks: [{ id: "x" }] },
        { ...frozenMock().snapshot(), rules: [{ prefer: "code=nonsense" }] },
        { ...frozenMock().snapshot(), version: 2 },
        { ...frozenMock().snapshot(), clock: { now: 5, frozen: true, speed: 0 } },
        { ...frozenMock().snapshot(), clock: { now: 5, frozen: true, speed: "5" } },
        { ...frozenMock().snapshot(), clock: { now: 5, frozen: "no", speed: 1 } },
        ...[1.5, -5, 2 ** 22].map((idSequence) => ({ ...frozenMock().snapshot(), idSequence })),
        ...[
          ["operation", 5],
          ["operation", "constructor"],
          ["account", null],
          ["units", "5"],
          ["usd", {}],
          ["reads", "many"],
          ["reads", -1],
          ["externalTaskId", {}],
        ].map(([name, value]) => ({
          ...submitted,
          tasks: submitted.tasks.map((task) => ({ ...task, [`${name}`]: value })),
        })),
        ...[{ running: 5 }, { ending: { status: "lost" } }, { ending: null }].map((part) => ({
          ...submitted,
          tasks: submitted.tasks.map((task) => ({ ...task, plan: { ...task.plan, ...part } })),
        })),
        ...Object.entries({
          unitsBought: "10",
          parallelTasks: {},
          forbiddenModels: null,
          boughtAt: "x",
          inArrears: "no",
          packExpired: 1,
        }).map(([name, value]) => ({
          ...submitted,
          accounts: submitted.accounts.map((account) => ({ ...account, [name]: value })),
        })),
        { ...submitted, charges: [{ account: "a", state: "charged", units: "5" }] },
        frozenMock({ dialect: "kling" }).snapshot(),
      ],
    };
    for (const operation of controlOperations)
      for (const body of wrong[operation.id] ?? []) {
        const answer = await control(frozenMock(), operation, { body });
        expect(answer.status, JSON.stringify([operation.id, body])).toBeGreaterThanOrEqual(400);
        expectDocumented(operation, answer);
      }
  });

  it("says what to give in place of a value that can't be, and opens no account for it", async () => {
    const mock = frozenMock();
    const change = async (settings: object) =>
      (await ask(mock.fetch, "POST", "/__mock/accounts", { body: { key: "a", ...settings } })).body.error;
    expect(await change({ units: -1 })).toMatchObject({ message: "units can't be -1; give a number from 0." });
    expect(await change({ parallelTasks: 0.5 })).toMatchObject({
      message: "parallelTasks can't be 0.5; give a whole number from 0.",
    });
    expect(await change({ packExpired: "yes" })).toMatchObject({
      message: 'packExpired can\'t be "yes"; give true or false.',
    });
    expect(mock.accounts.list()).toEqual([]);
  });

  it("answers HEAD as it answers GET, without the body: probes ask so", async () => {
    const mock = frozenMock();
    const elsewhere = { ...noHost, path: "/__mock/health", method: "HEAD" };
    expect((await mock.handle(elsewhere)).status).toBe(200);
    expect((await mock.handle({ ...elsewhere, path: "/__mock/state" })).status).toBe(403);
    for (const path of ["/__mock/health", "/__mock/state", "/__mock/snapshot", "/"]) {
      const answer = await mock.fetch(`https://mock.klingkit.invalid${path}`, { method: "HEAD", redirect: "manual" });
      expect([answer.status, await answer.text()], path).toEqual([200, ""]);
    }
  });

  it("has no operation that its document leaves out", async () => {
    const { body } = await ask(frozenMock().fetch, "GET", "/__mock/nonsense");
    const known = JSON.stringify(body).match(/(GET|POST|DELETE) \/__mock\/[\w{}/]+/g) ?? [];
    const documented = controlOperations.map(({ method, path: where }) => `${method} ${where}`);
    expect(known.filter((call) => !call.includes("nonsense")).sort()).toEqual([...documented].sort());
  });

  it("answers strangers' pages and rebound names with 403, whatever they ask but for health", async () => {
    for (const operation of controlOperations) {
      const { mock, ids } = await livelyMock();
      for (const refused of [
        await control(mock, operation, { id: ids[0], headers: { origin: "https://evil.example" } }),
        await control(mock, operation, { id: ids[0], headers: { origin: "null" } }),
        ...(operation.id === "health"
          ? []
          : [await control(mock, operation, { id: ids[0], origin: "http://evil.example" })]),
      ]) {
        expect(refused.status, operation.id).toBe(403);
        if (!notJson.includes(operation.id)) expectDocumented(operation, refused);
      }
      expect(mock.tasks.size).toBe(4);
    }
  });
});

interface ControlOptions {
  readonly id?: string | undefined;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly origin?: string;
}

async function control(mock: Mock, { method, path: pattern }: ControlOperation, options: ControlOptions = {}) {
  const { id = "", body, headers = {}, origin = "https://mock.klingkit.invalid" } = options;
  const response = await mock.fetch(`${origin}${pattern.replace("{id}", id)}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  if (!response.headers.get("content-type")?.includes("json")) return { status: response.status, body: undefined };
  return { status: response.status, body: await response.json() };
}

describe("snapshots", () => {
  it("bring everything back, in another simulator too, and hold no key", async () => {
    const { mock } = await livelyMock();
    mock.accounts.set("test-key", { parallelTasks: 3 });
    const snapshot = mock.snapshot();
    expect(JSON.stringify(snapshot)).not.toContain("test-key");
    const other = frozenMock({ seed: 99 });
    other.clock.advance(1e9);
    other.restore(snapshot);
    expect(other.snapshot().tasks).toEqual(snapshot.tasks);
    expect({ ...other.snapshot(), rules: [] }).toEqual({ ...snapshot, rules: [] });
    expect(other.rules.list()).toMatchObject([{ prefer: "code=5000", left: 2 }]);
    other.rules.clear();
    const refused = await ask(other.fetch, "POST", path, { body: minimal });
    expect(refused.body).toMatchObject({ code: 1303 });
    other.clock.advance(60_000);
    expect(taskOf(await ask(other.fetch, "GET", `${path}/a`)).task_status).toBe("succeed");
  });

  it("of earlier versions, whose tasks without a price say nothing of it, are answered as they were", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const path = "/v1/videos/video-extend";
    await ask(mock.fetch, "POST", path, { body: { video_id: "1" } });
    mock.clock.advance(60_000);
    const before = (await ask(mock.fetch, "GET", path)).body.data;
    const { tasks, ...others } = mock.snapshot();
    const earlier = { ...others, tasks: tasks.map(({ units: _units, usd: _usd, ...task }) => task) };
    expect((await ask(mock.fetch, "POST", "/__mock/restore", { body: earlier })).status).toBe(200);
    expect((await ask(mock.fetch, "GET", path)).body.data).toEqual(before);
  });

  it("give later tasks ids that no restored one has", async () => {
    const { mock, ids } = await livelyMock();
    const other = frozenMock();
    other.restore(mock.snapshot());
    other.rules.clear();
    const { task_id } = taskOf(await ask(other.fetch, "POST", path, { body: minimal }));
    expect(ids).not.toContain(task_id);
    expect(other.tasks.size).toBe(5);
  });
});
