import { createMock, MockClock } from "@klingkit/mock-server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

afterEach(() => vi.restoreAllMocks());

describe("six minutes of generation under a virtual clock", () => {
  it("take three calls, no sleep, and leave no timer", async () => {
    const timers = [
      vi.spyOn(globalThis, "setTimeout"),
      vi.spyOn(globalThis, "setInterval"),
      vi.spyOn(globalThis, "setImmediate"),
    ];
    const pending = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
    const mock = createMock({ timing: "realtime", clock: new MockClock(() => 1_795_000_000_000) });
    const started = mock.clock.now();
    const { task_id } = taskOf(await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal }));
    mock.clock.freeze();
    mock.clock.advance(360_000);
    const task = taskOf(await ask(mock.fetch, "GET", `${image2video.cometapi}/${task_id}`));
    const { videos } = task.task_result as { videos: { url: string }[] };
    const video = await mock.fetch(videos[0]?.url ?? "");
    expect([task.task_status, video.status, mock.clock.now() - started]).toEqual(["succeed", 200, 360_000]);
    expect(Number(task.updated_at) - Number(task.created_at)).toBeGreaterThan(60_000);
    expect(mock.requests.count).toBe(3);
    expect(timers.map((timer) => timer.mock.calls.length)).toEqual([0, 0, 0]);
    expect(mock.clock.pending).toBe(0);
    expect(process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length).toBe(pending);
  });
});

describe("many tasks", () => {
  it("are not looked at for a list of a few others, wherever its page lies", async () => {
    const mock = createMock({ list: true });
    for (let count = 0; count < 500; count += 1)
      await ask(mock.fetch, "POST", "/kling/v1/videos/text2video", { body: { model_name: "kling-v2-6", prompt: "a" } });
    for (let count = 0; count < 50; count += 1) await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal });
    const touched = new Set<string>();
    for (const task of mock.tasks.newestFirst()) {
      const { id } = task;
      for (const [name, value] of Object.entries(task)) {
        const get = () => {
          touched.add(id);
          return value;
        };
        Object.defineProperty(task, name, { get });
      }
    }
    const list = async (query: string) => {
      touched.clear();
      const answer = await ask(mock.fetch, "GET", `${image2video.cometapi}?${query}`);
      return (answer.body.data as unknown[]).length;
    };
    expect([await list("pageSize=30"), touched.size]).toEqual([30, 30]);
    expect([await list("pageNum=2&pageSize=30"), touched.size]).toEqual([20, 20]);
    expect([await list("pageNum=9&pageSize=30"), touched.size]).toEqual([0, 0]);
  });

  it("set no timer, however many are running", async () => {
    const timer = vi.spyOn(globalThis, "setTimeout");
    const mock = createMock();
    for (let count = 0; count < 500; count += 1) await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal });
    expect(timer).not.toHaveBeenCalled();
    expect(mock.clock.pending).toBe(0);
  });
});
