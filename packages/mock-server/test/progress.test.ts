import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

const path = image2video.cometapi;

/** A simulator with one task, and a way to ask for it. */
async function oneTask(options: Parameters<typeof frozenMock>[0], prefer?: string) {
  const mock = frozenMock(options);
  const headers = prefer === undefined ? {} : { prefer };
  const { task_id: id } = taskOf(await ask(mock.fetch, "POST", path, { body: minimal, headers }));
  const read = async () => taskOf(await ask(mock.fetch, "GET", `${path}/${id}`));
  const status = async () => (await read()).task_status;
  return { mock, id, read, status };
}

describe("progress by reads", () => {
  it("shows each status for as many reads as it is told, whatever the time", async () => {
    const { mock, status } = await oneTask({ progress: { reads: [1, 2] } });
    mock.clock.advance(1e9);
    expect([await status(), await status(), await status(), await status(), await status()]).toEqual([
      "submitted",
      "processing",
      "processing",
      "succeed",
      "succeed",
    ]);
  });

  it("can end at the first read, keeps the scenario, and gives results that are there", async () => {
    const risky = await oneTask({ progress: { reads: [0, 0] } }, "scenario=risk-control");
    expect(await risky.status()).toBe("failed");
    const stuck = await oneTask({ progress: { reads: [0, 0] } }, "scenario=stuck");
    expect([await stuck.status(), await stuck.status()]).toEqual(["processing", "processing"]);
    const { mock, read } = await oneTask({ progress: { reads: [0, 0] } });
    const { task_result } = (await read()) as { task_result?: { videos: { url: string }[] } };
    expect((await mock.fetch(task_result?.videos[0]?.url ?? "")).status).toBe(200);
  });
});

describe("a task that was moved by hand while reads move it", () => {
  it("keeps its end and the addresses of its results at every later read", async () => {
    const { mock, id, read } = await oneTask({ progress: { reads: [1, 2] } });
    mock.tasks.succeed(id);
    const first = await read();
    for (const _ of [1, 2, 3, 4]) {
      mock.clock.advance(5_000);
      expect(await read()).toEqual(first);
    }
    const [video] = (first.task_result as { videos: { url: string }[] }).videos;
    expect((await mock.fetch(video?.url ?? "")).status).toBe(200);
  });

  it("does not begin a second time when its turn to begin comes", async () => {
    const { mock, id, read } = await oneTask({ progress: { reads: [1, 2] } });
    mock.tasks.advance(id);
    const begun = await read();
    mock.clock.advance(5_000);
    expect(await read()).toEqual(begun);
    expect((await read()).task_status).toBe("processing");
    expect((await read()).task_status).toBe("succeed");
  });
});

describe("progress by hand", () => {
  it("waits for a hand, and moves one status at a time", async () => {
    const { mock, id, read, status } = await oneTask({ progress: "manual" });
    mock.clock.advance(1e9);
    expect(await status()).toBe("submitted");
    mock.tasks.advance(id);
    mock.clock.advance(5);
    expect(await status()).toBe("processing");
    mock.tasks.advance(id);
    expect(await read()).toMatchObject({ task_status: "succeed", updated_at: mock.clock.now() });
  });

  it("lets a task that time moves end at once, and its slot go", async () => {
    const { mock, id, read } = await oneTask({ accounts: { "test-key": { parallelTasks: 1 } } });
    expect((await ask(mock.fetch, "POST", path, { body: minimal })).status).toBe(429);
    mock.tasks.fail(id, "out of ideas");
    expect(await read()).toMatchObject({ task_status: "failed", task_status_msg: "out of ideas" });
    expect((await ask(mock.fetch, "POST", path, { body: minimal })).status).toBe(200);
  });

  it("frees a stuck task, and knows that endings are final", async () => {
    const { mock, id, status } = await oneTask({}, "scenario=stuck");
    mock.clock.advance(60_000);
    mock.tasks.advance(id);
    expect(await status()).toBe("succeed");
    expect(() => mock.tasks.fail(id, "")).toThrow("already ended as succeed");
    expect(() => mock.tasks.succeed("nobody")).toThrow("There is no task nobody");
  });
});
