import { spawnSync } from "node:child_process";
import { createMock, type Mock, MockClock } from "@klingkit/mock-server";
import { curlOf, inProcess, StudioStore, stepAt } from "@klingkit/studio";
import fc from "fast-check";
import { describe, expect, it, onTestFinished, vi } from "vitest";

const path = "/kling/v1/videos/text2video";

/** A simulator whose clock only tests push: frozen, because the studio lets a running one run on by itself. */
function stillMock(): Mock {
  const clock = new MockClock(() => 1_795_000_000_000);
  clock.freeze();
  return createMock({ clock, progress: "time" });
}

async function submit(mock: Mock, prompt: string, prefer = ""): Promise<void> {
  const body = JSON.stringify({ model_name: "kling-v2-6", prompt });
  const headers = { authorization: "Bearer key", prefer };
  await mock.fetch(`https://mock.klingkit.invalid${path}`, { method: "POST", headers, body }).catch(() => {});
}

/** Follows a simulator in the same process for as long as a test takes. */
function follow(mock: Mock): { readonly studio: StudioStore } & Disposable {
  const studio = new StudioStore(inProcess(mock));
  return { studio, [Symbol.dispose]: studio.start() };
}

const settled = { timeout: 60_000, interval: 10 };

/** What a test does to a simulator while the studio follows. */
const acts: fc.Arbitrary<(mock: Mock) => unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .constantFrom("succeed", "stuck", "risk-control", "unknown-status")
      .map((story) => (mock: Mock) => submit(mock, "a", `scenario=${story}`)),
  },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 3_000 }).map((ms) => (mock: Mock) => mock.clock.advance(ms)) },
  { weight: 2, arbitrary: fc.nat(5).map((index) => (mock: Mock) => moveOn(mock, index)) },
  { weight: 1, arbitrary: fc.constant((mock: Mock) => mock.reset()) },
  { weight: 1, arbitrary: fc.constant((mock: Mock) => mock.restore(mock.snapshot())) },
  { weight: 1, arbitrary: fc.constantFrom(0.5, 10).map((speed) => (mock: Mock) => mock.clock.setSpeed(speed)) },
);

function moveOn(mock: Mock, index: number): void {
  const task = [...mock.tasks.newestFirst()][index];
  try {
    if (task) mock.tasks.advance(task.id);
  } catch {
    // It has ended already.
  }
}

describe("the studio's store", () => {
  it("knows after anything that happens what the simulator knows", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(acts, { maxLength: 20 }), async (course) => {
        const mock = stillMock();
        await submit(mock, "before");
        using following = follow(mock);
        const { studio } = following;
        for (const act of course) await act(mock);
        const seen = () => studio.tasks.value.map((task) => [task.task_id, stepAt(task, studio.now.value).status]);
        await expect.poll(seen, settled).toEqual(await statusesOf(mock));
        await expect
          .poll(() => studio.requests.value.map(({ number }) => number), settled)
          .toEqual(
            mock.requests
              .list()
              .map(({ number }) => number)
              .reverse(),
          );
        await expect.poll(() => studio.ledger.value.total, settled).toBe(mock.ledger.total);
        await expect
          .poll(() => studio.clock.value, settled)
          .toMatchObject({ now: mock.clock.now(), frozen: true, speed: mock.clock.speed });
      }),
      { numRuns: 12 },
    );
  });

  it("loads the ledger's rows only while somebody reads them", async () => {
    const mock = stillMock();
    using following = follow(mock);
    const { studio } = following;
    await submit(mock, "twice");
    await submit(mock, "twice");
    await expect.poll(() => studio.ledger.value.duplicates, settled).toBe(1);
    expect(studio.ledger.value.charges).toEqual([]);
    const end = studio.readCharges();
    await expect.poll(() => studio.ledger.value.charges.length, settled).toBe(2);
    end();
  });

  it("follows nothing while its page is hidden, and knows everything once it is seen", async () => {
    const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
    vi.stubGlobal("document", page);
    onTestFinished(() => void vi.unstubAllGlobals());
    const turn = (state: string) => {
      page.visibilityState = state;
      page.dispatchEvent(new Event("visibilitychange"));
    };
    const mock = stillMock();
    using following = follow(mock);
    const { studio } = following;
    await expect.poll(() => studio.connection.value, settled).toBe("live");
    expect(mock.events.listeners).toBe(1);
    turn("hidden");
    await expect.poll(() => mock.events.listeners, settled).toBe(0);
    await submit(mock, "while nobody looks");
    expect(studio.connection.value).toBe("live");
    turn("visible");
    await expect.poll(() => studio.tasks.value.length, settled).toBe(1);
    expect(mock.events.listeners).toBe(1);
  });

  it("loads everything again when it was too slow for what happened", async () => {
    const mock = stillMock();
    const { fetch } = mock;
    // A stream that says nothing but that something was missed.
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const transport = inProcess({
      fetch: (input, init) =>
        input instanceof Request && input.url.endsWith("/events")
          ? Promise.resolve(new Response(readable))
          : fetch(input, init),
    });
    const studio = new StudioStore(transport);
    using _following = { [Symbol.dispose]: studio.start() };
    await expect.poll(() => studio.connection.value, settled).toBe("live");
    await submit(mock, "missed");
    expect(studio.tasks.value).toEqual([]);
    const event = `event: resync\ndata: {"type":"resync","at":${mock.clock.now()},"detail":{}}\n\n`;
    await writable.getWriter().write(new TextEncoder().encode(event));
    await expect.poll(() => studio.tasks.value.length, settled).toBe(1);
  });

  it("tells what the simulator says when it says no", async () => {
    using following = follow(stillMock());
    const { studio } = following;
    expect(await studio.act("done", studio.client.advanceTask("5"))).toBe(false);
    expect(studio.notice.value).toEqual({ kind: "failed", text: expect.stringContaining("There is no task 5") });
  });
});

/** Ids and statuses, newest first, as the control API tells them. */
async function statusesOf(mock: Mock): Promise<readonly (readonly [string, string])[]> {
  const answer = await mock.fetch("https://mock.klingkit.invalid/__mock/tasks");
  const { tasks } = (await answer.json()) as { tasks: readonly { task_id: string; task_status: string }[] };
  return tasks.map(({ task_id, task_status }) => [task_id, task_status] as const);
}

describe("a request copied as curl", () => {
  const nasty = fc.oneof(
    fc.string().map((text) => text.replaceAll("\0", "")),
    fc.string({ unit: fc.constantFrom("'", '"', "$", "`", "\\", "\n", "(", ";", " ", "a") }),
  );

  it("reaches curl as it was, whatever it holds, with a variable instead of the key", () => {
    fc.assert(
      fc.property(nasty, nasty, (query, body) => {
        const headers = { authorization: "redacted", "content-type": "application/json", cookie: "redacted" };
        const command = curlOf({ ...logged, query, headers, body }, "http://127.0.0.1:4600");
        const { stdout } = spawnSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${command}`], {
          env: { KLINGKIT_KEY: "my-key" },
          encoding: "utf8",
        });
        expect(stdout.split("\0").slice(0, -1)).toEqual([
          `http://127.0.0.1:4600${path}${query === "" ? "" : `?${query}`}`,
          "--request",
          "POST",
          "--header",
          "authorization: Bearer my-key",
          "--header",
          "content-type: application/json",
          "--data-raw",
          body,
        ]);
      }),
      { numRuns: 60 },
    );
  });

  it("says where the log has left something out", () => {
    expect(curlOf({ ...logged, body: '{"image":"base64 of 622276 characters"}' }, "")).toMatch(
      /^# The log leaves pictures/,
    );
    expect(curlOf({ ...logged, body: "{}" }, "")).not.toContain("#");
  });
});

const logged = {
  number: 1,
  at: 0,
  method: "POST",
  path,
  query: "",
  headers: {},
  body: null,
  route: "text2video.submit",
  account: null,
  status: 200,
  answer: null,
  preference: "",
  taskId: null,
};
