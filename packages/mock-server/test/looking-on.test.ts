import type { Mock } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, coffee, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

async function submit(mock: Mock, body: object = {}): Promise<string> {
  return taskOf(await ask(mock.fetch, "POST", path, { body: { ...minimal, ...body } })).task_id;
}

async function get<Fields>(mock: Mock, where: string): Promise<Fields> {
  return (await ask(mock.fetch, "GET", `/__mock/${where}`)).body as Fields;
}

interface ShownTask {
  readonly task_id: string;
  readonly course: readonly { readonly at: number; readonly task_status: string }[];
}

interface State {
  readonly tasks: readonly unknown[];
  readonly requests: readonly unknown[];
  readonly ledger: { readonly charges: readonly unknown[] };
  readonly callbacks: { readonly deliveries: readonly unknown[] };
}

describe("whoever looks on", () => {
  it("turns the tasks' pages and misses none, also when others come meanwhile", async () => {
    const mock = frozenMock();
    const ids = [];
    for (let index = 0; index < 7; index += 1) ids.push(await submit(mock));
    const seen: string[] = [];
    for (let before = ""; ; before = `&before=${seen.at(-1)}`) {
      const { tasks, count } = await get<{ tasks: ShownTask[]; count: number }>(mock, `tasks?limit=3${before}`);
      if (tasks.length === 0) break;
      expect(count).toBe(ids.length + seen.length / 3);
      seen.push(...tasks.map(({ task_id }) => task_id));
      await submit(mock);
    }
    expect(seen).toEqual(ids.reverse());
    expect((await ask(mock.fetch, "GET", "/__mock/tasks?before=5")).status).toBe(404);
  });

  it("sees a task's course before it has happened", async () => {
    const mock = frozenMock({ timing: { submittedMs: 1_000, processingMs: 9_000 } });
    const id = await submit(mock);
    const { course } = await get<ShownTask>(mock, `tasks/${id}`);
    expect(course.map(({ task_status }) => task_status)).toEqual(["submitted", "processing", "succeed"]);
    for (const { at, task_status } of course) {
      mock.clock.set(at);
      expect(await get(mock, `tasks/${id}`)).toMatchObject({ task_status, updated_at: at });
    }
    const waiting = frozenMock({ progress: "manual" });
    expect((await get<ShownTask>(waiting, `tasks/${await submit(waiting)}`)).course).toHaveLength(1);
  });

  it("sees picture and result without leaving a trace in the log", async () => {
    const mock = frozenMock();
    const id = await submit(mock, { image: coffee, prompt: "a cup" });
    expect(await get(mock, `tasks/${id}`)).toMatchObject({ task_result: null, picture: true });
    mock.clock.advance(60_000);
    const { task_result } = await get<{ task_result: { videos: { url: string }[] } }>(mock, `tasks/${id}`);
    const address = encodeURIComponent(task_result.videos[0]?.url ?? "");
    const file = await ask(mock.fetch, "GET", `/__mock/files?address=${address}`, { headers: { range: "bytes=4-7" } });
    expect([file.status, file.headers.get("content-type"), file.body]).toEqual([206, "video/mp4", { text: "ftyp" }]);
    const picture = await mock.fetch(`https://mock.klingkit.invalid/__mock/tasks/${id}/picture`);
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await picture.arrayBuffer()).toString("base64")).toBe(coffee);
    expect(mock.requests.count).toBe(1);
    const bare = await submit(mock);
    expect((await ask(mock.fetch, "GET", `/__mock/tasks/${bare}/picture`)).status).toBe(404);
    for (const wrong of ["", "nonsense", "http://127.0.0.1/etc/passwd", `${address}0`]) {
      expect((await ask(mock.fetch, "GET", `/__mock/files?address=${wrong}`)).status).toBeGreaterThanOrEqual(400);
    }
  });

  it("reads what was answered, cut where it is long", async () => {
    const mock = frozenMock();
    const id = await submit(mock);
    await ask(mock.fetch, "GET", `${path}/${id}`, { headers: { prefer: "fault=html-502" } });
    await expect(submit(mock, { prompt: "[[fault=reset-after-accept]]" })).rejects.toThrow();
    const [first, second, third] = mock.requests.list();
    expect(JSON.parse(first?.answer?.body ?? "")).toMatchObject({ data: { task_id: id } });
    expect(second?.answer).toMatchObject({ headers: { "content-type": "text/html; charset=utf-8" } });
    expect(second?.answer?.body).toContain("502 Bad Gateway");
    expect(third?.answer).toBeNull();
  });

  it("takes only as many of the newest charges as asked for; the sums are of all", async () => {
    const mock = frozenMock();
    for (let index = 0; index < 3; index += 1) await submit(mock);
    const ledger = await get<{ charges: unknown[] }>(mock, "ledger?limit=1");
    expect(ledger).toMatchObject({ charges: [{ taskId: mock.ledger.charges[2]?.taskId }], duplicates: 2 });
    expect(ledger.charges).toHaveLength(1);
    expect(await get(mock, "ledger?limit=0")).toMatchObject({ charges: [], count: 3, total: mock.ledger.total });
  });

  it("turns the ledger's pages back to the first charge", async () => {
    const mock = frozenMock();
    const ids = [];
    for (let index = 0; index < 7; index += 1) ids.push(await submit(mock));
    const seen: string[] = [];
    for (const size of [3, 3, 1, 0]) {
      const before = seen.length === 0 ? "" : `&before=${seen[0]}`;
      const { charges } = await get<{ charges: { taskId: string }[] }>(mock, `ledger?limit=3${before}`);
      expect(charges).toHaveLength(size);
      seen.unshift(...charges.map(({ taskId }) => taskId));
    }
    expect(seen).toEqual(ids);
    expect((await ask(mock.fetch, "GET", "/__mock/ledger?before=5")).status).toBe(404);
  });

  it("gets no answer that grows without end", async () => {
    const mock = frozenMock({ callbackFetch: async () => new Response() });
    for (let index = 0; index < 1_200; index += 1)
      await submit(mock, { external_task_id: `own-${index}`, callback_url: "http://127.0.0.1:4999" });
    await mock.callbacks.settled();
    const { ledger, ...state } = await get<State>(mock, "state");
    expect(ledger).toMatchObject({ count: mock.ledger.charges.length, total: mock.ledger.total });
    const { tasks, requests, callbacks } = state;
    for (const list of [ledger.charges, tasks, requests, callbacks.deliveries]) expect(list).toHaveLength(100);
    const { charges } = await get<State["ledger"]>(mock, "ledger");
    const { deliveries } = await get<State["callbacks"]>(mock, "callbacks");
    expect([charges.length, deliveries.length]).toEqual([1_000, 1_000]);
    expect((await get<State>(mock, "state?limit=7")).tasks).toHaveLength(7);
    expect((await ask(mock.fetch, "GET", "/__mock/state?limit=-1")).status).toBe(400);
  });

  it("is told of new and moved tasks in full", async () => {
    const mock = frozenMock();
    const response = await mock.fetch("https://mock.klingkit.invalid/__mock/events");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    const id = await submit(mock);
    mock.tasks.fail(id, "why");
    mock.clock.freeze();
    let text = "";
    while (!text.includes("event: clock")) text += (await reader?.read())?.value ?? "";
    const events = [...text.matchAll(/^data: (.*)$/gm)].map(([, data = ""]) => JSON.parse(data));
    expect(events.map(({ type, task }) => [type, task?.task_id, task?.task_status])).toEqual([
      ["account", undefined, undefined],
      ["task-created", id, "submitted"],
      ["charge", undefined, undefined],
      ["request", undefined, undefined],
      ["task-moved", id, "failed"],
      ["clock", undefined, undefined],
    ]);
    await reader?.cancel();
  });
});
