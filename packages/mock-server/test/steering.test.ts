import type { Mock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;
const post = (mock: Mock, options: { body?: object; prefer?: string; key?: string } = {}) =>
  ask(mock.fetch, "POST", path, {
    body: { ...minimal, ...options.body },
    headers: {
      ...(options.prefer === undefined ? {} : { prefer: options.prefer }),
      ...(options.key === undefined ? {} : { authorization: `Bearer ${options.key}` }),
    },
  });
const statuses = async (count: number, send: () => Promise<{ status: number }>) => {
  const seen = [];
  for (let index = 0; index < count; index += 1) seen.push((await send()).status);
  return seen;
};

describe("rules", () => {
  it("with times are a queue, those without fill in", async () => {
    const mock = frozenMock();
    mock.rules.add({ prefer: "code=1303", times: 2 });
    mock.rules.add({ prefer: "fault=html-502", times: 1 });
    mock.rules.add({ match: { verb: "submit" }, prefer: "scenario=stuck" });
    const applied = [];
    for (let index = 0; index < 4; index += 1) {
      const answer = await post(mock);
      applied.push([answer.status, answer.headers.get("preference-applied")]);
    }
    expect(applied).toEqual([
      [429, "scenario=stuck, code=1303"],
      [429, "scenario=stuck, code=1303"],
      [502, "scenario=stuck, fault=html-502"],
      [200, "scenario=stuck"],
    ]);
    expect(mock.rules.list()).toMatchObject([{ prefer: "scenario=stuck", left: null }]);
  });

  it.each([
    [{ operation: "image2video", verb: "submit" }, 429, 400],
    [{ method: "GET" }, 200, 429],
    [{ path: "/kling/v1/videos/*" }, 429, 429],
    [{ external_task_id: "shot-*" }, 429, 429],
    [{ model: "kling-v2-6" }, 429, 429],
    [{ model: "kling-v1" }, 200, 200],
    [{ account: "account-2" }, 200, 200],
    [{ operation: "tts" }, 200, 200],
  ])("match by %o", async (match, submitted, read) => {
    const mock = frozenMock();
    const body = { external_task_id: "shot-1" };
    if (submitted !== 429) mock.rules.add({ match, prefer: "code=1303" });
    if (submitted === 200 || read === 429) await post(mock, { body });
    if (submitted === 429) mock.rules.add({ match, prefer: "code=1303" });
    if (submitted === 429) expect((await post(mock, { body })).status).toBe(429);
    expect((await ask(mock.fetch, "GET", `${path}/shot-1`)).status).toBe(read);
  });

  it.each([
    ["image*", "image2video", true],
    ["*video", "image2video", true],
    ["*2*", "image2video", true],
    ["im*e2*eo", "image2video", true],
    ["*", "image2video", true],
    ["**", "image2video", true],
    ["image2video*", "image2video", true],
    ["image2video*image2video", "image2video", false],
    ["*video*video", "image2video", false],
    ["*o*o*", "image2video", false],
    ["im.ge*", "image2video", false],
    ["mage*", "image2video", false],
  ])("take stars for any characters: %s", async (operation, _, isMeant) => {
    const mock = frozenMock();
    mock.rules.add({ match: { operation }, prefer: "code=1303" });
    expect((await post(mock)).status).toBe(isMeant ? 429 : 200);
  });

  it("refuse a pattern that is too long to be one", () => {
    const add = () => frozenMock().rules.add({ match: { path: "*".repeat(1_001) }, prefer: "code=1303" });
    expect(add).toThrow(/path has 1001 characters; shorten it to 1000/);
  });

  it("apply by chance, the same for the same seed", async () => {
    const run = (seed: number) => {
      const mock = frozenMock({ seed });
      mock.rules.add({ prefer: "code=1303", probability: 0.3 });
      return statuses(200, () => post(mock));
    };
    const first = await run(3);
    expect(await run(3)).toEqual(first);
    expect(await run(4)).not.toEqual(first);
    const hits = first.filter((status) => status === 429).length;
    expect(hits).toBeGreaterThan(30);
    expect(hits).toBeLessThan(90);
  });

  it("leave requests alone that say otherwise", async () => {
    const mock = frozenMock();
    mock.rules.add({ prefer: "code=1303", times: 1 });
    expect((await post(mock, { prefer: "code=5000" })).status).toBe(500);
    expect((await post(mock)).status).toBe(429);
  });

  it("can be taken back", async () => {
    const mock = frozenMock();
    const { id } = mock.rules.add({ prefer: "code=1303" });
    expect(mock.rules.remove(id)).toBe(true);
    expect(mock.rules.remove(id)).toBe(false);
    mock.rules.add({ prefer: "code=1303" });
    mock.reset();
    expect((await post(mock)).status).toBe(200);
  });

  it.each([
    ["code=nonsense", "gateway-quota"],
    ["scenario=constructor", "risk-control"],
    ["toString=1", "scenario"],
    ["delay=9-1", "200-800"],
    ["times=0", "999999"],
    ["", "say something"],
  ])("name the known words when asked for %s", (prefer, known) => {
    expect(() => frozenMock().rules.add({ prefer })).toThrow(known);
  });
});

describe("times in a request's own words", () => {
  it("hold for it and the next one, whether that says so or not", async () => {
    const mock = frozenMock();
    expect((await post(mock, { prefer: "code=1303, times=2" })).status).toBe(429);
    expect(await statuses(2, () => post(mock))).toEqual([429, 200]);
    expect((await post(mock, { prefer: "code=1303, times=2" })).status).toBe(429);
  });

  it("count a retry that carries the same words", async () => {
    const mock = frozenMock();
    const retry = () => post(mock, { body: { prompt: "a cat [[code=1303, times=2]]" } });
    expect(await statuses(4, retry)).toEqual([429, 429, 200, 429]);
  });

  it("are taken on an unknown path of any length", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const long = `/v1/unknown/${"a".repeat(5_000)}`;
    const send = (prefer?: string) => ask(mock.fetch, "GET", long, prefer === undefined ? {} : { headers: { prefer } });
    expect(await statuses(1, () => send("fault=html-502, times=2"))).toEqual([502]);
    expect(await statuses(2, () => send())).toEqual([502, 404]);
  });

  it("leave other accounts and operations alone", async () => {
    const mock = frozenMock();
    await post(mock, { prefer: "code=1303, times=2" });
    expect((await post(mock, { key: "other" })).status).toBe(200);
    expect(
      (
        await ask(mock.fetch, "POST", "/kling/v1/videos/text2video", {
          body: { model_name: "kling-v2-6", prompt: "a cat" },
        })
      ).status,
    ).toBe(200);
    expect((await post(mock)).status).toBe(429);
  });
});

describe("scenarios", () => {
  it("by rule are for the model or family that the rule names", async () => {
    const mock = frozenMock();
    mock.rules.add({ match: { model: "kling-v2-5-*" }, prefer: "scenario=risk-control" });
    const ids = [];
    for (const model_name of ["kling-v2-6", "kling-v2-5-turbo"])
      ids.push(taskOf(await post(mock, { body: { model_name, mode: "pro" } })).task_id);
    mock.clock.advance(60_000);
    const ends = [];
    for (const id of ids) ends.push(taskOf(await ask(mock.fetch, "GET", `${path}/${id}`)).task_status);
    expect(ends).toEqual(["succeed", "failed"]);
  });

  it("on a read are for that answer only", async () => {
    const mock = frozenMock();
    const { task_id } = taskOf(await post(mock));
    const read = async (prefer?: string) =>
      taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`, prefer ? { headers: { prefer } } : {})).task_status;
    expect(await read("scenario=risk-control")).toBe("failed");
    expect(await read("scenario=unknown-status")).toBe("queueing");
    expect(await read()).toBe("submitted");
    mock.clock.advance(60_000);
    expect(await read("scenario=slow-start")).toBe("submitted");
    expect(await read("scenario=stuck")).toBe("processing");
    expect(await read()).toBe("succeed");
  });
});

describe("delays", () => {
  const delayOf = async (mock: Mock, prefer: string) =>
    (await mock.handle({ method: "GET", path, query: new URLSearchParams(), headers: { prefer }, origin: "http://a" }))
      .delayMs ?? 0;

  it("are drawn from a range by the seed, and a fault brings its own", async () => {
    const mock = frozenMock();
    const drawn = await Promise.all(Array.from({ length: 50 }, () => delayOf(mock, "delay=200-800")));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(200);
    expect(Math.max(...drawn)).toBeLessThanOrEqual(800);
    expect(new Set(drawn).size).toBeGreaterThan(40);
    expect(await delayOf(frozenMock(), "delay=200-800")).toBe(drawn[0]);
    expect(await delayOf(mock, "delay=2500")).toBe(2_500);
    expect(await delayOf(mock, "fault=silent-origin-timeout")).toBe(100_000);
    expect(await delayOf(mock, "fault=silent-origin-timeout, delay=7")).toBe(7);
  });
});

describe("faults on the answer", () => {
  it("have the shapes they promise", async () => {
    const spoilt = (fault: string, dialect: "cometapi" | "kling" = "cometapi") =>
      ask(frozenMock({ dialect }).fetch, "POST", image2video[dialect], {
        body: minimal,
        headers: { prefer: `fault=${fault}, delay=0` },
      });
    const limited = await spoilt("rate-limit-retry-after");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "1"]);
    expect(limited.body).toMatchObject({ error: { type: "comet_api_error" } });
    expect((await spoilt("rate-limit")).headers.get("retry-after")).toBeNull();
    expect((await spoilt("rate-limit", "kling")).body).toMatchObject({ code: 1302 });
    expect(await spoilt("invalid-request-500")).toMatchObject({
      status: 500,
      body: { error: { code: "invalid_request" } },
    });
    expect((await spoilt("redirect-html")).headers.get("location")).toBe("/");
    expect((await spoilt("silent-origin-timeout")).status).toBe(524);
    expect(await spoilt("code-around-succeed")).toMatchObject({
      status: 200,
      body: { code: 5000, data: { task_status: "succeed" } },
    });
    expect((await spoilt("bare-task")).body).toMatchObject({ task_status: "submitted" });
    expect((await spoilt("stored-task")).body).toMatchObject({
      code: "success",
      data: { status: "SUBMITTED", data: { task_status: "submitted" } },
    });
    expect((await spoilt("stored-task-deep")).body).toMatchObject({
      data: { data: { data: { task_status: "submitted" } } },
    });
    expect(taskOf(await spoilt("slow-drip")).task_status).toBe("submitted");
  });

  it("refuse the connection as a real fetch would say it", async () => {
    const mock = frozenMock();
    const error = await post(mock, { prefer: "fault=connection-refused" }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "TypeError", cause: { code: "ECONNREFUSED" } });
    expect(mock.tasks.size).toBe(0);
    expect(mock.requests.list()).toMatchObject([{ status: null, preference: "fault=connection-refused" }]);
  });
});

describe("words in a prompt", () => {
  it.each([
    ["a [[code=1303]] b", 429],
    ["[[[[code=1303]]", 422],
    ["[[code=1303]", 200],
    ["[[code]=1303]]", 200],
    ["[[ [code=1303]]", 422],
    ["[[a] [[code=1303]]", 429],
    ["]] [[code=1303]]]]", 429],
    ["[[", 200],
    ["[[]]", 200],
  ])("stand between double brackets: %s", async (prompt, status) => {
    expect((await post(frozenMock(), { body: { prompt } })).status).toBe(status);
  });

  it("are told in part where nobody can have meant as many", async () => {
    const answer = await post(frozenMock(), { body: { prompt: `[[${"delay=1,".repeat(1_000)}]]` } });
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body).length).toBeLessThan(500);
  });
});
