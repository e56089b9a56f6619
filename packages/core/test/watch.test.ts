import { createKlingClient, type Dialect, InputError, memoryTaskStore, type TaskRecord, watch } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { answer, envelope, finish, quiet, refusal, type Step, standing, success, TestClock, world } from "./helpers.js";
import { busiestSecond, collect } from "./watch-kit.js";

const handle = (task_id: string, family = "image2video") => ({ family, task_id });
/** A task as a list shows it. */
const row = (task_id: string, task_status: string, more = {}) => ({ task_id, task_status, task_info: {}, ...more });

describe("a watch", () => {
  it("gives each change once, one nobody knows too, and ends with the last task", async () => {
    const steps = ["submitted", "submitted", "queueing", "queueing", "processing", "succeed"];
    const { client, clock, events } = world(steps.map((status) => standing(status)));
    const changes = await success(
      clock,
      collect(watch(client, [{ ...handle("1"), task_status: "submitted" } as never])),
    );
    expect(changes.map(({ task }) => task?.task_status)).toEqual(["queueing", "processing", "succeed"]);
    expect(changes.map(({ ended }) => ended)).toEqual([false, false, true]);
    expect(events.filter(({ type }) => type === "status")).toHaveLength(3);
    expect(clock.sleepers.size).toBe(0);
  });

  it("of nothing ends at once, without a request", async () => {
    const { client, sent } = world([standing("succeed")]);
    expect(await collect(watch(client, []))).toEqual([]);
    expect(sent).toEqual([]);
  });

  it("waits before the first query as it is told, and between queries no longer than that", async () => {
    const { client, clock, sent } = world([standing("processing"), standing("processing"), standing("succeed")]);
    const begun = clock.now();
    await success(clock, collect(watch(client, [handle("1")], { firstPollMs: 90_000, pollMs: 2_000 })));
    expect(sent.map(({ at }) => at - begun)).toEqual([90_000, 92_000, 94_000]);
  });

  it("takes handles as text, and the same task twice for one", async () => {
    const { client, clock } = world([standing("failed")]);
    const changes = await success(clock, collect(watch(client, ["avatar/7", handle("7", "avatar")])));
    expect(changes).toMatchObject([{ handle: { family: "avatar" }, ended: true }]);
  });

  it.each([
    ["no handle", ["nonsense"]],
    ["a family nobody knows", [handle("1", "nothing")]],
    ["an id that would change the address", [handle("../1")]],
  ])("refuses %s before anything is sent", (_, handles) => {
    const { client, sent } = world([standing("succeed")]);
    expect(() => watch(client, handles)).toThrow(InputError);
    expect(() => watch(client, [handle("1")], { requestsPerSecond: 0 })).toThrow(/more than 0/);
    expect(() => watch(client, [handle("1")], { requestsPerSecond: Number.NaN })).toThrow(InputError);
    expect(sent).toEqual([]);
  });

  it("reports a task that can't be asked for, and goes on with the others", async () => {
    const { client, clock } = world([refusal(404, 1203), standing("succeed")]);
    const changes = await success(clock, collect(watch(client, [handle("1"), handle("2")])));
    expect(changes).toMatchObject([
      { handle: handle("1"), ended: true, error: { name: "RefusedError", handle: handle("1") } },
      { task: { task_status: "succeed" }, ended: true },
    ]);
  });

  it("takes a fault for a missed poll", async () => {
    const faults = [answer(502, "<html>"), answer(200, ""), answer(200, '{"code":0,'), refusal(500, 5000)];
    const { client, clock } = world([...faults, standing("succeed")]);
    expect(await success(clock, collect(watch(client, [handle("1")])))).toHaveLength(1);
  });

  it("slows down while the server refuses requests as too many, and obeys Retry-After", async () => {
    const limited = Array.from({ length: 4 }, () => refusal(429, 1302, { "retry-after": "7" }));
    const { client, clock, sent } = world([...limited, standing("succeed")]);
    const tasks = Array.from({ length: 10 }, (_, index) => handle(String(index)));
    await success(clock, collect(watch(client, tasks, { requestsPerSecond: 1 })));
    const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? 0));
    expect(gaps.slice(0, 4).every((gap) => gap >= 7_000)).toBe(true);
    expect(gaps[3]).toBeGreaterThanOrEqual(16_000);
    // It gets faster again, step by step.
    expect(gaps.at(-1)).toBeLessThan(gaps[4] ?? 0);
  });

  it("counts the repeat with a new token: no second holds more requests than its budget", async () => {
    const expired = refusal(401, 1004);
    const steps = [standing("processing"), expired, standing("processing"), expired, expired, standing("succeed")];
    // As `keyPair`, whose signing takes real time.
    const apiKey = { bearer: () => "token", renew() {}, redact: (text: string) => text };
    const { client, clock, sent } = world(steps, { apiKey });
    const tasks = Array.from({ length: 4 }, (_, index) => handle(String(index)));
    const changes = await success(clock, collect(watch(client, tasks, { requestsPerSecond: 1 })));
    expect(changes.some(({ error }) => error?.code === "token-expired")).toBe(true);
    expect(busiestSecond(sent.map(({ at }) => at))).toBe(1);
    expect(clock.sleepers.size).toBe(0);
  });

  it("of a request whose sender may still be sending it does not end with 'no such task'", async () => {
    const taskStore = memoryTaskStore();
    const clock = new TestClock();
    const begun = clock.now();
    const notFound = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
    const late: Step = (request) => (clock.now() - begun < 100_000 ? notFound() : standing("succeed")(request));
    const { client } = world([late], { dialect: "kling", taskStore, clock });
    const scope = { dialect: "kling", origin: "https://api-singapore.klingai.com", account: "" } as const;
    const times = { claimedAt: begun, until: begun + 125_000, updatedAt: begun };
    const key = { ...scope, family: "image2video", external_task_id: "own" };
    await taskStore.claim({ ...key, ...times, state: "sending" });
    const changes = await success(clock, collect(watch(client, await client.pending())));
    expect(changes).toMatchObject([{ task: { task_status: "succeed" }, ended: true }]);
  });

  it("notes the ends in the task store", async () => {
    const updates: TaskRecord[] = [];
    const taskStore = {
      claim: async () => undefined,
      find: async () => undefined,
      list: async () => [],
      update: async (record: TaskRecord) => void updates.push(record),
    };
    const { client, clock } = world([standing("succeed")], { taskStore });
    await success(clock, collect(watch(client, [{ ...handle("1"), external_task_id: "own" }])));
    expect(updates).toMatchObject([{ external_task_id: "own", state: "ended" }]);
  });

  it("asks only while somebody waits for a change", async () => {
    const { client, clock, sent } = world([standing("processing"), standing("succeed")]);
    const changes = watch(client, [handle("1"), handle("2")]);
    expect(sent).toHaveLength(0);
    const first = await finish(clock, changes.next());
    expect(first).toMatchObject({ value: { value: { ended: false } } });
    await quiet();
    expect(clock.sleepers.size).toBe(0);
    const before = sent.length;
    await clock.advance(60_000);
    expect(sent).toHaveLength(before);
    expect(await success(clock, collect(changes))).toHaveLength(2);
  });

  it("serves several readers at once, each change to one of them", async () => {
    const { client, clock } = world([standing("succeed")]);
    const changes = watch(client, [handle("1"), handle("2")]);
    const results = await success(clock, Promise.all([changes.next(), changes.next(), changes.next()]));
    expect(results.map(({ done = false }) => done)).toEqual([false, false, true]);
  });
});

describe("after an abort a watch leaves nothing behind", () => {
  /** A signal that counts its listeners. */
  function countingSignal() {
    const controller = new AbortController();
    const listeners = new Set<unknown>();
    const { signal } = controller;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners.add(args[1]);
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners.delete(args[1]);
      remove(...args);
    };
    return { controller, signal, listeners: () => listeners.size };
  }

  it("during a request: the request ends, the reader is told, later readers see the end", async () => {
    const { client, clock, sent } = world(["no answer"]);
    const { controller, signal, listeners } = countingSignal();
    const changes = watch(client, [handle("1"), handle("2")], { signal });
    const first = changes.next();
    await clock.advance(11_000);
    expect(sent).toHaveLength(2);
    controller.abort("stop");
    await expect(first).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
    await quiet();
    expect(clock.sleepers.size).toBe(0);
    expect(listeners()).toBe(0);
    expect(await changes.next()).toEqual({ done: true, value: undefined });
    await clock.advance(100_000);
    expect(sent).toHaveLength(2);
  });

  it("while nobody reads, or before anybody did: the next reader is told", async () => {
    const { client, clock, sent } = world([standing("processing")]);
    const { controller, signal, listeners } = countingSignal();
    const changes = watch(client, [handle("1")], { signal });
    await success(clock, changes.next());
    controller.abort("stop");
    await expect(changes.next()).rejects.toMatchObject({ name: "AbortedError" });
    expect((await changes.next()).done).toBe(true);
    const before = sent.length;
    const late = watch(client, [handle("1")], { signal });
    await expect(late.next()).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
    expect([sent.length, clock.sleepers.size, listeners()]).toEqual([before, 0, 0]);
  });

  it("nor after the loop is left", async () => {
    const { client, clock, sent } = world([standing("processing"), "no answer"]);
    const { signal, listeners } = countingSignal();
    const leave = async () => {
      for await (const change of watch(client, [handle("1"), handle("2")], { signal })) return change;
      return undefined;
    };
    expect(await success(clock, leave())).toMatchObject({ task: { task_status: "processing" } });
    await quiet();
    expect([clock.sleepers.size, listeners(), sent.length]).toEqual([0, 0, sent.length]);
    const before = sent.length;
    await clock.advance(60_000);
    expect(sent).toHaveLength(before);
  });
});

describe("where the dialect has a list", () => {
  it("one request asks for many, found by either id, and what the list does not show is asked for alone", async () => {
    const rows = [
      row("1", "succeed"),
      row("9", "processing", { task_info: { external_task_id: "own" } }),
      row("77", "failed"),
    ];
    const { client, clock, sent } = world(
      [
        answer(200, envelope(rows)),
        answer(200, envelope(row("3", "succeed"))),
        answer(200, envelope(row("9", "failed"))),
      ],
      { dialect: "kling" },
    );
    const own = { family: "image2video", external_task_id: "own" };
    const changes = await success(clock, collect(watch(client, [handle("1"), own, handle("3")])));
    expect(changes.map((change) => `${change.handle.task_id} ${change.task?.task_status}`).sort()).toEqual([
      "1 succeed",
      "3 succeed",
      "9 failed",
      "9 processing",
    ]);
    expect(new URL(sent[0]?.url ?? "").search).toBe("?pageNum=1&pageSize=500");
  });

  it("a page that shows none of them is not followed by another", async () => {
    const others = Array.from({ length: 500 }, (_, index) => row(`1${index}`, "succeed"));
    const { client, clock, sent } = world(
      [
        answer(200, envelope(others)),
        answer(200, envelope(row("1", "succeed"))),
        answer(200, envelope(row("2", "succeed"))),
      ],
      { dialect: "kling" },
    );
    expect(await success(clock, collect(watch(client, [handle("1"), handle("2")])))).toHaveLength(2);
    expect(sent.map(({ url }) => new URL(url).search)).toEqual(["?pageNum=1&pageSize=500", "", ""]);
  });
});

describe("the lists of several families", () => {
  const pathOf = ({ url }: { readonly url: string }) => url.replace(/^.*\/videos\//, "");

  it("are asked each for its own tasks, and a single task by its id", async () => {
    const both = answer(200, envelope([row("1", "succeed"), row("2", "succeed")]));
    const { client, clock, sent } = world([both, answer(200, envelope(row("3", "succeed")))], { dialect: "kling" });
    const changes = collect(watch(client, [handle("1"), handle("2"), handle("3", "text2video")]));
    expect(await success(clock, changes)).toHaveLength(3);
    expect(sent.map(pathOf).sort()).toEqual(["image2video?pageNum=1&pageSize=500", "text2video/3"]);
  });

  it("are read on at once while full pages show watched tasks", async () => {
    const others = Array.from({ length: 498 }, (_, index) => row(`1${index}`, "succeed"));
    const first = answer(200, envelope([row("1", "succeed"), ...others, row("2", "succeed")]));
    const { client, clock, sent } = world([first, answer(200, envelope([row("3", "succeed")]))], { dialect: "kling" });
    const changes = collect(watch(client, [handle("1"), handle("2"), handle("3")], { requestsPerSecond: 1_000 }));
    expect(await success(clock, changes)).toHaveLength(3);
    expect(sent.map(pathOf)).toEqual([1, 2].map((page) => `image2video?pageNum=${page}&pageSize=500`));
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeLessThan(100);
  });
});

describe("a list that fails", () => {
  const both = [answer(200, envelope(row("1", "succeed"))), answer(200, envelope(row("2", "succeed")))];
  const watched = (steps: readonly Step[]) => {
    const { client, clock, sent } = world(steps, { dialect: "kling" });
    const changes = success(clock, collect(watch(client, [handle("1"), handle("2")])));
    return changes.then((seen) => [seen.length, sent.map(({ url }) => new URL(url).search !== "")]);
  };

  it("for a moment is asked for again", async () => {
    const whole = answer(200, envelope([row("1", "succeed"), row("2", "succeed")]));
    expect(await watched([answer(502, "down"), whole])).toEqual([2, [true, true]]);
  });

  it("because one row of it is no task is given up too: it was asked for again without end", async () => {
    const odd = answer(200, envelope([row("1", "succeed"), { task_id: "2" }]));
    expect(await watched([odd, ...both])).toEqual([2, [true, false, false]]);
  });

  it("for good is given up: each task is asked for by itself", async () => {
    expect(await watched([refusal(403, 1103), ...both])).toEqual([2, [true, false, false]]);
  });
});

describe("ten thousand watched tasks", () => {
  /** A server that knows the tasks 0 to `count`, each in its status by the clock, and notes every change it shows. */
  function manyTasks(count: number, dialect: Dialect) {
    const clock = new TestClock();
    const start = clock.now();
    const asked: number[] = [];
    const shown: string[] = [];
    const last = new Map<number, string>();
    const rowOf = (id: number) => {
      const age = clock.now() - start - (id % 100) * 100;
      const task_status = age < 5_000 ? "submitted" : age < 25_000 ? "processing" : "succeed";
      if (task_status !== (last.get(id) ?? "submitted")) shown.push(`${id} ${task_status}`);
      last.set(id, task_status);
      return { task_id: String(id), task_status, task_info: {} };
    };
    const fetch = async (input: RequestInfo | URL) => {
      asked.push(clock.now());
      const url = new URL(input instanceof Request ? input.url : input);
      const page = Number(url.searchParams.get("pageNum"));
      const newest = count - 1 - (page - 1) * 500;
      const data = page
        ? Array.from({ length: 500 }, (_, index) => rowOf(newest - index))
        : rowOf(Number(url.pathname.split("/").at(-1)));
      return new Response(JSON.stringify(envelope(data)));
    };
    const client = createKlingClient({ apiKey: "sk-test-key", fetch, clock, dialect, random: () => 0.5 });
    return { client, clock, asked, shown };
  }

  it.each([
    ["cometapi", 1_000],
    ["kling", 2],
  ] satisfies [Dialect, number][])(
    "keep to the budget, and every change is seen, %s",
    async (dialect, budget) => {
      const count = 10_000;
      const { client, clock, asked, shown } = manyTasks(count, dialect);
      const tasks = Array.from({ length: count }, (_, index) => ({
        ...handle(String(index)),
        task_status: "submitted",
      }));
      const watching = collect(watch(client, tasks, { requestsPerSecond: budget }));
      const outcome = await finish(clock, watching, 1_000_000);
      const changes = "value" in outcome ? (outcome.value ?? []) : [];
      expect(busiestSecond(asked)).toBeLessThanOrEqual(budget);
      const seen = changes.map((change) => `${change.handle.task_id} ${change.task?.task_status}`);
      expect(byTask(seen).join("\n")).toBe(byTask(shown).join("\n"));
      expect(new Set(changes.filter(({ ended }) => ended).map((change) => change.handle.task_id)).size).toBe(count);
      expect(clock.sleepers.size).toBe(0);
    },
    60_000,
  );
});

/** Lines that begin with a task's number, by that number; those of one task stay in order. */
function byTask(lines: readonly string[]): string[] {
  return [...lines].sort((left, right) => Number.parseInt(left, 10) - Number.parseInt(right, 10));
}
