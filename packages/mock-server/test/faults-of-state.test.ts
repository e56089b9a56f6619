import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.kling;
const kling = () => frozenMock({ dialect: "kling" });
type KlingMock = ReturnType<typeof kling>;

const create = (mock: KlingMock, own: string, prefer = "") =>
  ask(mock.fetch, "POST", path, {
    body: { ...minimal, external_task_id: own },
    headers: prefer === "" ? {} : { prefer },
  });
const find = async (mock: KlingMock, id: string, prefer = "") =>
  (await ask(mock.fetch, "GET", `${path}/${id}`, { headers: prefer === "" ? {} : { prefer } })).body;
const page = async (mock: KlingMock, query: string, prefer = "") =>
  (await ask(mock.fetch, "GET", `${path}${query}`, { headers: prefer === "" ? {} : { prefer } })).body
    .data as unknown[];

describe("a create that is accepted late", () => {
  it("loses its answer at once, and becomes a task when its time has come", async () => {
    const mock = kling();
    await expect(create(mock, "shot-1", "fault=accept-late, lag=5000")).rejects.toThrow(TypeError);
    mock.clock.advance(4_999);
    expect(await find(mock, "shot-1")).toMatchObject({ code: 1201 });
    expect(mock.ledger.charges).toEqual([]);
    mock.clock.advance(1);
    expect(await find(mock, "shot-1")).toMatchObject({ code: 0, data: { created_at: 1_795_000_005_000 } });
    expect(mock.ledger.charges).toHaveLength(1);
  });

  it("is refused then, where its id has come to exist meanwhile", async () => {
    const mock = kling();
    await expect(create(mock, "shot-1", "fault=accept-late")).rejects.toThrow();
    await create(mock, "shot-1");
    mock.clock.advance(60_000);
    expect(mock.tasks.size).toBe(1);
  });

  it("is forgotten with its account, and no other account's is", async () => {
    const mock = kling();
    await expect(create(mock, "shot-1", "fault=accept-late")).rejects.toThrow();
    const headers = { authorization: "Bearer other", prefer: "fault=accept-late" };
    await expect(ask(mock.fetch, "POST", path, { body: minimal, headers })).rejects.toThrow();
    mock.reset("account-1");
    mock.clock.advance(60_000);
    expect(mock.ledger.charges.map(({ account }) => account)).toEqual(["account-2"]);
  });

  it("is forgotten with everything else", async () => {
    const mock = kling();
    await expect(create(mock, "shot-1", "fault=accept-late")).rejects.toThrow();
    mock.reset();
    mock.clock.advance(60_000);
    expect(mock.tasks.size).toBe(0);
  });
});

describe("look-ups that lag", () => {
  it("do not find a task until it is old enough, when its create says so", async () => {
    const mock = kling();
    const { task_id } = taskOf(await create(mock, "shot-1", "fault=lookup-lag, lag=2000"));
    for (const id of [task_id, "shot-1"]) expect(await find(mock, id)).toMatchObject({ code: 1201 });
    expect(await page(mock, "")).toEqual([]);
    mock.clock.advance(2_000);
    for (const id of [task_id, "shot-1"]) expect(await find(mock, id)).toMatchObject({ code: 0 });
    expect(await page(mock, "")).toHaveLength(1);
  });

  it("are for one read, or for all by a rule", async () => {
    const mock = kling();
    await create(mock, "shot-1");
    expect(await find(mock, "shot-1", "fault=lookup-lag")).toMatchObject({ code: 1201 });
    expect(await find(mock, "shot-1")).toMatchObject({ code: 0 });
    mock.rules.add({ match: { verb: "get" }, prefer: "fault=lookup-lag, lag=1000" });
    expect(await find(mock, "shot-1")).toMatchObject({ code: 1201 });
    mock.clock.advance(1_000);
    expect(await find(mock, "shot-1")).toMatchObject({ code: 0 });
  });

  it("leave no doubt about who was charged: nobody's answer was spoilt", async () => {
    const mock = kling();
    await create(mock, "a", "fault=lookup-lag");
    await create(mock, "b");
    expect(mock.ledger.duplicates.size).toBe(0);
  });
});

describe("uniqueness of external_task_id", () => {
  it("that lags lets a second create pass for a while", async () => {
    const mock = kling();
    mock.rules.add({ match: { verb: "submit" }, prefer: "fault=uniqueness-lag, lag=1000" });
    await create(mock, "shot-1");
    expect((await create(mock, "shot-1")).status).toBe(200);
    mock.clock.advance(1_000);
    expect((await create(mock, "shot-1")).body).toMatchObject({ message: "External_task_id shot-1 already exists" });
    expect([mock.tasks.size, mock.ledger.duplicates.size]).toEqual([2, 1]);
  });

  it("that does not exist lets every one pass", async () => {
    const mock = kling();
    mock.rules.add({ match: { verb: "submit" }, prefer: "fault=no-uniqueness" });
    for (let index = 0; index < 3; index += 1) {
      expect((await create(mock, "shot-1")).status).toBe(200);
      mock.clock.advance(3_600_000);
    }
    expect(mock.tasks.size).toBe(3);
  });
});

describe("answers about another task", () => {
  it("name neither the id that was asked for nor the caller's own", async () => {
    const mock = kling();
    const { task_id } = taskOf(await create(mock, "shot-1"));
    const { data } = (await find(mock, task_id, "fault=other-task")) as {
      data: { task_id: string; task_info: object };
    };
    expect(data.task_id).toMatch(/^\d{18}$/);
    expect(data.task_id).not.toBe(task_id);
    expect(data.task_info).toEqual({});
    expect(JSON.stringify(await page(mock, "", "fault=other-task"))).not.toContain(task_id);
  });

  it("or only rewrite the id, beside the caller's own", async () => {
    const mock = kling();
    const { task_id } = taskOf(await create(mock, "shot-1"));
    const { data } = (await find(mock, task_id, "fault=rewritten-id")) as { data: { task_id: string } };
    expect(data).toMatchObject({ task_info: { external_task_id: "shot-1" } });
    expect(data.task_id).not.toBe(task_id);
  });
});

describe("list pages that are shorter than asked", () => {
  it("still turn to every task, and end with an empty one", async () => {
    const mock = kling();
    for (const own of ["a", "b", "c"]) await create(mock, own);
    mock.rules.add({ match: { verb: "list" }, prefer: "fault=short-page" });
    const sizes = [];
    for (const number of [1, 2, 3]) sizes.push((await page(mock, `?pageSize=4&pageNum=${number}`)).length);
    expect(sizes).toEqual([2, 1, 0]);
  });
});

describe("a proxy in front of the server", () => {
  it.each([403, 404, 413])("answers %i with a page of HTML, and nothing comes of the request", async (status) => {
    const mock = kling();
    const answer = await create(mock, "shot-1", `fault=html-${status}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toContain("text/html");
    expect(mock.tasks.size).toBe(0);
  });
});

describe("a lag", () => {
  it("is a number of milliseconds, or 422", async () => {
    const answer = await create(kling(), "shot-1", "fault=lookup-lag, lag=soon");
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body)).toContain("milliseconds");
  });
});
