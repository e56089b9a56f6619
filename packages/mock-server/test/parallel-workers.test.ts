import { createMock, MockClock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { hook } from "./callbacks-kit.js";
import { ask, image2video, minimal, taskOf } from "./helpers.js";
import { keptMock, statePath, submit as submitKept } from "./state-kit.js";

const path = image2video.cometapi;

/** Two tests that share a simulator, each with a key of its own. */
async function twoWorkers() {
  const told: string[] = [];
  const callbackFetch: typeof fetch = async (_input, init) => {
    told.push(JSON.parse(String(init?.body)).task_id);
    return new Response();
  };
  const clock = new MockClock(() => 1_795_000_000_000);
  clock.freeze();
  const mock = createMock({ clock, callbackFetch, accounts: { "worker-1": { units: 10 }, "worker-2": { units: 10 } } });
  const submit = async (worker: string) =>
    taskOf(
      await ask(mock.fetch, "POST", path, {
        body: { ...minimal, callback_url: hook },
        headers: { authorization: `Bearer ${worker}` },
      }),
    ).task_id;
  const ids = [await submit("worker-1"), await submit("worker-2")];
  await mock.callbacks.settled();
  for (const account of ["account-1", "account-2"])
    mock.rules.add({ match: { account, verb: "list" }, prefer: "code=1303" });
  const control = (method: string, address: string, body?: unknown) =>
    ask(mock.fetch, method, `/__mock/${address}`, body === undefined ? {} : { body });
  return { mock, ids, told, control };
}

const queries = ["state", "tasks", "requests", "ledger", "callbacks", "rules"];

/** Everything an answer of the control API says about accounts. */
function accountsIn(value: unknown): string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, child]) =>
    (name === "account" || name === "name") && typeof child === "string" ? [child] : accountsIn(child),
  );
}

describe("parallel workers on one simulator", () => {
  it("see what is their own where they ask by account", async () => {
    const { ids, control } = await twoWorkers();
    for (const query of queries) {
      const { status, body } = await control("GET", `${query}?account=account-2`);
      expect(status, query).toBe(200);
      expect(JSON.stringify(body), query).not.toContain(ids[0]);
      if (query !== "callbacks") expect(new Set(accountsIn(body)), query).toEqual(new Set(["account-2"]));
      expect((await control("GET", `${query}?account=account-9`)).status, query).toBe(404);
    }
    const { body } = await control("GET", "ledger?account=account-2");
    expect(body).toMatchObject({ count: 1, charges: [{ taskId: ids[1] }] });
  });

  it("wipe nothing of each other's by a reset", async () => {
    const { mock, ids, told, control } = await twoWorkers();
    expect((await control("POST", "reset", { account: "account-1" })).status).toBe(200);
    const read = (worker: string, id: string | undefined) =>
      ask(mock.fetch, "GET", `${path}/${id}`, { headers: { authorization: `Bearer ${worker}` } });
    expect((await read("worker-1", ids[0])).status).toBe(400);
    expect((await read("worker-2", ids[1])).status).toBe(200);
    expect(mock.ledger.charges.map(({ taskId }) => taskId)).toEqual([ids[1]]);
    expect(mock.rules.list().map(({ match }) => match.account)).toEqual(["account-2"]);
    expect(mock.requests.list().filter(({ account }) => account === "account-1")).toHaveLength(1);
    expect(mock.accounts.unitsFree(mock.accounts.byName("account-1"))).toBe(10);
    expect(mock.accounts.unitsFree(mock.accounts.byName("account-2"))).toBeLessThan(10);
    told.length = 0;
    mock.clock.advance(60_000);
    await mock.callbacks.settled();
    expect(new Set(told)).toEqual(new Set([ids[1]]));
    expect(() => mock.reset("account-9")).toThrow(/There is no account account-9/);
  });

  it("do so over a restart too", async () => {
    const file = statePath();
    const first = keptMock(file);
    await submitKept(first.mock, {}, "worker-1");
    const kept = await submitKept(first.mock, {}, "worker-2");
    first.mock.reset("account-1");
    const later = await submitKept(first.mock, {}, "worker-1");
    await first.journal.close();
    const second = keptMock(file);
    expect([...second.mock.tasks.newestFirst()].map(({ id }) => id)).toEqual([later, kept]);
    expect(second.mock.ledger.charges.map(({ taskId }) => taskId)).toEqual([kept, later]);
    await second.journal.close();
  });

  it("are told of a query that says nothing here", async () => {
    const { control } = await twoWorkers();
    for (const address of [
      "ledger?acount=account-1",
      "tasks?limit=1&offset=2",
      "health?x=1",
      "clock?account=account-1",
    ]) {
      const { status, body } = await control("GET", address);
      expect(status, address).toBe(400);
      expect(body, address).toMatchObject({ error: { code: "unknown-field" } });
    }
    expect((await control("POST", "reset", { acount: "account-1" })).status).toBe(400);
  });
});
