import { type Dialect, SubmitOutcomeUnknownError } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { fakeProvider, type Manners } from "./fake-provider.js";
import { failure, finish, picture, success } from "./helpers.js";

const body = { model_name: "kling-v2-6", image: picture };
const never = Number.POSITIVE_INFINITY;
const extend = { video_id: "1", task_id: "1", prompt: "further" } as const;
const lipSync = {
  session_id: "1",
  face_choose: [{ face_id: "0", audio_id: "1", sound_start_time: 0, sound_end_time: 3_000, sound_insert_time: 0 }],
};

describe("a create whose answer was lost", () => {
  it("is charged once although it is accepted late and own ids are not unique: absence is not believed at once", async () => {
    for (const acceptAfter of [0, 300, 1_000, 3_000, 8_000, 29_000]) {
      const { client, clock, tasks, seen } = fakeProvider({ answers: ["lost"], acceptAfter, uniqueAfter: never });
      const task = await success(clock, client().image2video.submit(body));
      expect(task).toHaveProperty("task_id", tasks[0]?.id);
      expect([tasks.length, seen.posts], `${acceptAfter} ms`).toEqual([1, 1]);
    }
  });

  it("is charged once although look-ups lag behind", async () => {
    const { client, clock, tasks } = fakeProvider({
      answers: ["gateway-timeout"],
      visibleAfter: 25_000,
      uniqueAfter: never,
    });
    await success(clock, client().image2video.submit(body));
    expect(tasks).toHaveLength(1);
  });

  it("is charged once however late it is accepted, where own ids are unique", async () => {
    const { client, clock, tasks } = fakeProvider({ answers: ["lost"], acceptAfter: 200_000 });
    await success(clock, client().image2video.submit(body));
    await clock.advance(300_000);
    expect(tasks).toHaveLength(1);
  });

  it("is looked for after 1, 2, 4 … seconds, told as events", async () => {
    const { client, clock, events } = fakeProvider({ answers: ["lost"], acceptAfter: 20_000 });
    await success(clock, client().image2video.submit(body));
    const looks = events.flatMap((event) => (event.type === "look-up" ? [event.delayMs] : []));
    expect(looks).toEqual([1_000, 2_000, 4_000, 8_000, 15_000]);
    expect(events).toContainEqual(expect.objectContaining({ type: "recovery", outcome: "found" }));
  });

  it.each<[string, Manners, object, number]>([
    ["30 seconds", { answers: ["lost"], acceptAfter: never }, {}, 30_000],
    ["5 seconds after the provider's own 5xx", { answers: ["server-error"], acceptAfter: never }, {}, 5_000],
    [
      "1 second against a server on this machine",
      { answers: ["lost"], acceptAfter: never },
      { baseUrl: "http://127.0.0.1:4600" },
      1_000,
    ],
    ["as long as settleMs says", { answers: ["lost"], acceptAfter: never }, { settleMs: 12_345 }, 12_345],
  ])("is believed to be absent after %s", async (_, manners, options, ms) => {
    const { client, clock, tasks } = fakeProvider(manners);
    const start = clock.now();
    await success(clock, client({ random: () => 0, ...options }).image2video.submit(body));
    expect([clock.now() - start, tasks.length]).toEqual([ms, 1]);
  });

  it("ends in unknown with the handle when the search is aborted", async () => {
    const controller = new AbortController();
    const { client, clock, seen } = fakeProvider({ answers: ["lost"], acceptAfter: never });
    const kling = client();
    const call = kling.image2video.submit({ ...body, external_task_id: "own" }, { signal: controller.signal });
    call.catch(() => {});
    await vi.waitUntil(() => seen.gets > 0 && clock.sleepers.size === 1);
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({
      name: "AbortedError",
      retry: "unknown",
      handle: { external_task_id: "own" },
    });
    expect(await kling.pending()).toMatchObject([{ external_task_id: "own", state: "unknown" }]);
    expect(clock.sleepers.size).toBe(0);
  });

  it("is never called absent where the contract does not say that the own id finds it: video-extend was charged twice", async () => {
    const { client, clock, tasks, seen } = fakeProvider({ answers: ["lost"], keepsOwnIds: false });
    expect(await failure(clock, client().videoExtend.submit(extend))).toBeInstanceOf(SubmitOutcomeUnknownError);
    expect([tasks.length, seen.posts]).toEqual([1, 1]);
  });

  it("is found in a list whose pages the server caps, and absent only at an empty page", async () => {
    const { client, clock, tasks, seen } = fakeProvider({ answers: ["lost"], pageCap: 30, others: 45 });
    await success(clock, client().advancedLipSync.submit(lipSync));
    expect([tasks.length, seen.posts]).toEqual([1, 1]);
  });

  it("that already exists is looked for with the same patience", async () => {
    const { client, clock, tasks } = fakeProvider({ visibleAfter: 20_000 });
    const own = { ...body, external_task_id: "own" };
    await success(clock, client().image2video.submit(own));
    // Another machine, whose store does not know it.
    expect(await success(clock, client().image2video.submit(own))).toHaveProperty("task_id", tasks[0]?.id);
    expect(tasks).toHaveLength(1);
  });
});

const answers = fc.array(
  fc.constantFrom("lost", "gateway-timeout", "server-error", "over-cap", "refused-connection", undefined),
  { maxLength: 12 },
);

describe("retry.attempts", () => {
  it("is the number of requests at most, whatever comes back: sixteen were sent for four", async () => {
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<Dialect>("kling", "cometapi"),
        fc.constantFrom("image2video", "lipSync", "videoExtend"),
        async (sequence, attempts, dialect, family) => {
          const manners = { answers: sequence as never, acceptAfter: never };
          const { client, clock, seen } = fakeProvider(manners);
          const kling = client({ dialect, trustLookup: true, retry: { attempts }, settleMs: 0 });
          await finish(clock, kling.family(family).submit(body as never));
          expect(seen.posts).toBeLessThanOrEqual(attempts);
          expect(clock.sleepers.size).toBe(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("counts a request that is signed again as well", async () => {
    let posts = 0;
    const fetch = async (_: unknown, init?: RequestInit) => {
      if (init?.method === "POST") posts += 1;
      return new Response(JSON.stringify({ code: 1004, message: "token expired" }), { status: 401 });
    };
    const { client, clock } = fakeProvider();
    const apiKey = { bearer: () => "token-of-the-vault", renew() {} };
    await failure(clock, client({ fetch, apiKey, retry: { attempts: 1 } }).image2video.submit(body));
    expect(posts).toBe(1);
  });

  it("does not end where the clock stands still", async () => {
    const { client } = fakeProvider({ answers: ["lost", "lost"], acceptAfter: never });
    const clock = { now: () => 0, sleep: async () => {}, after: () => () => {} };
    expect(await client({ clock, settleMs: 30_000 }).image2video.submit(body)).toHaveProperty("task_id");
  });
});
