import { type Clock, createLimiter, type WatchChange, watch } from "@klingkit/core";
import { prepare } from "@klingkit/core/inputs";
import { createBudget, estimate } from "@klingkit/core/pricing";
import { describe, expect, it } from "vitest";
import { answer, networkFault, picture, quiet, refusal, standing, success, TestClock, world } from "./helpers.js";
import { collect } from "./watch-kit.js";

const reset = networkFault("ECONNRESET");
const notFound = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
const body = { model_name: "kling-v2-6", image: picture };
const png = Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\x80\0\0\x01\xe0\x08\x02\0\0\0\0\0\0\0", "latin1");

describe("together", () => {
  it("a stream can be read once, and is sent whole a second time after an ambiguous failure", async () => {
    const steps = [reset, notFound, standing("submitted"), standing("succeed")];
    const { client, clock, sent } = world(steps, { dialect: "kling", prepare, settleMs: 0 });
    const call = client.image2video.generate({ model_name: "kling-v2-6", image: new Blob([png]).stream() });
    expect(await success(clock, call)).toHaveProperty("task_status", "succeed");
    expect(sent[0]?.body.image).toBe(png.toString("base64"));
    expect(sent[2]?.body).toEqual(sent[0]?.body);
  });

  it("a watch frees the limiter's slot for who waits in line, and the budget counts each task once", async () => {
    const limiter = createLimiter({ tasks: 1 });
    const budget = createBudget({ budget: 100 });
    const steps = [standing("submitted"), standing("processing"), standing("succeed"), standing("submitted")];
    const { client, clock, posts } = world(steps, { limiter, budget });
    const first = await success(clock, client.image2video.submit(body));
    const second = client.image2video.submit(body);
    await quiet();
    expect(posts()).toBe(1);
    const watched: Promise<WatchChange[]> = collect(watch(client, [first]));
    await success(clock, Promise.all([second, watched]));
    expect([posts(), limiter.inFlight(), clock.sleepers.size]).toEqual([2, { "kling-v2-6": 1 }, 0]);
    expect(budget.spent).toBeCloseTo(2 * (estimate("image2video", body).usd ?? Number.NaN), 4);
  });

  it("an abort ends a watch also while a repeat with a new token waits for its turn", async () => {
    const controller = new AbortController();
    const apiKey = { bearer: () => "token", renew() {}, redact: (text: string) => text };
    const { client, clock, sent } = world([refusal(401, 1004), standing("succeed")], { apiKey });
    const options = { requestsPerSecond: 0.1, signal: controller.signal };
    const next = watch(client, [{ family: "image2video", task_id: "1" }], options).next();
    await clock.advance(11_000);
    expect(sent).toHaveLength(1);
    controller.abort("stop");
    await expect(next).rejects.toMatchObject({ name: "AbortedError", cause: "stop" });
    await quiet();
    expect([sent.length, clock.sleepers.size]).toEqual([1, 0]);
  });
});

describe("a clock that is set back by an hour", () => {
  /** The clock that is pushed, and what the client sees of it: after five seconds somebody sets it back. */
  function setBack() {
    const clock = new TestClock();
    const start = clock.now();
    const seen: Clock = {
      now: () => clock.now() - (clock.now() - start > 5_000 ? 3_600_000 : 0),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      after: (ms, callback) => clock.after(ms, callback),
    };
    return { clock, seen, passed: () => clock.now() - start };
  }

  it("does not hold a watch up", async () => {
    const { clock, seen, passed } = setBack();
    const { client } = world([standing("processing"), standing("succeed")], { clock: seen });
    await success(clock, collect(watch(client, [{ family: "image2video", task_id: "1" }])));
    expect(passed()).toBeLessThan(60_000);
  });

  it("does not keep who waits for a slot waiting", async () => {
    const { clock, seen, passed } = setBack();
    const limiter = createLimiter({ tasks: 1 });
    const steps = [standing("submitted"), standing("succeed"), standing("submitted")];
    const { client, posts } = world(steps, { clock: seen, limiter });
    await success(clock, Promise.all([client.image2video.submit(body), client.image2video.submit(body)]));
    expect(posts()).toBe(2);
    expect(passed()).toBeLessThan(60_000);
  });
});
