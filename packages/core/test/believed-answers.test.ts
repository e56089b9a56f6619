import { type Clock, watch } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import {
  answer,
  envelope,
  failure,
  finish,
  networkFault,
  picture,
  quiet,
  refusal,
  type Step,
  standing,
  success,
  TestClock,
  task,
  taskId,
  world,
} from "./helpers.js";
import { collect } from "./watch-kit.js";

const body = { model_name: "kling-v2-6", image: picture };
const own = { family: "image2video", task_id: taskId, external_task_id: "own" };
const about = (task_id: string, external_task_id?: string) =>
  answer(200, envelope(task("succeed", { task_id, task_info: external_task_id ? { external_task_id } : {} })));
const somebodyElses = about("999", "another");
const kling = { dialect: "kling", settleMs: 0 } as const;

describe("an answer about another task", () => {
  it.each<[string, Step, object]>([
    ["names another own id", about(taskId, "another"), {}],
    ["has another task id", about("999"), {}],
    ["has another task id at Kling, beside our own id", about("999", "own"), kling],
  ])("is not believed in get: it %s", async (_, step, options) => {
    const { client, clock, sent } = world([step], options);
    expect(await failure(clock, client.image2video.get(own))).toMatchObject({ code: "foreign-task", handle: own });
    expect(sent).toHaveLength(1);
  });

  it.each<[string, Step, object, object | string]>([
    ["CometAPI's own task id beside our own id", about("999", "own"), {}, own],
    ["no own id", about(taskId), {}, own],
    ["our own id, where that was asked for", about("999", "own"), kling, "own"],
    ["no own id, where the own id was asked for", about("999"), kling, "own"],
    ["our own id, where it stands for the task id", about("999", "own"), {}, { task_id: "own" }],
  ])("is told from one about ours that has %s", async (_, step, options, reference) => {
    const { client, clock } = world([step], options);
    expect(await success(clock, client.image2video.get(reference))).toHaveProperty("task_status", "succeed");
  });

  it("is a missed poll in wait, and the cause of its time-out", async () => {
    const { client, clock } = world([somebodyElses]);
    const error = await failure(clock, client.image2video.wait(own, { timeoutMs: 60_000 }));
    expect(error).toMatchObject({ name: "WaitTimeoutError", cause: { code: "foreign-task" }, handle: own });
    const back = world([somebodyElses, about(taskId, "own")]);
    expect(await success(back.clock, back.client.image2video.wait(own))).toMatchObject({ task_id: taskId });
    expect(await back.client.pending()).toEqual([]);
  });

  it("is a missed poll in watch", async () => {
    const { client, clock } = world([somebodyElses, about(taskId, "own")]);
    expect(await success(clock, collect(watch(client, [own])))).toMatchObject([{ handle: own, ended: true }]);
  });

  it("is neither what a create made nor what a look-up found", async () => {
    const { client, clock, posts } = world([somebodyElses], kling);
    const error = await failure(clock, client.image2video.submit({ ...body, external_task_id: "own" }));
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", handle: { external_task_id: "own" } });
    expect(error).not.toHaveProperty("handle.task_id");
    expect(posts()).toBe(1);
    const lost = world([networkFault("ECONNRESET"), somebodyElses], kling);
    await failure(lost.clock, lost.client.image2video.submit({ ...body, external_task_id: "own" }));
    expect(await lost.client.pending()).toMatchObject([{ state: "unknown" }]);
    expect(await lost.client.pending()).not.toHaveProperty("0.task_id");
  });
});

describe("a create that takes no own id", () => {
  const lipSync = { input: { mode: "text2video", video_id: "1", text: "Hello", voice_id: "v" } } as never;

  it("is not believed to have made the task of somebody who named one", async () => {
    const { client, clock, posts } = world([about(taskId, "another")]);
    const error = await failure(clock, client.lipSync.submit(lipSync));
    expect(error).toMatchObject({ name: "SubmitOutcomeUnknownError", cause: { code: "foreign-task" } });
    expect(error).not.toHaveProperty("handle.task_id");
    expect(posts()).toBe(1);
  });

  it("made the task that names none, or the one that the body held all the same", async () => {
    const { client, clock } = world([about(taskId), about(taskId, "own")]);
    const made = { family: "lipSync", task_id: taskId };
    expect(await success(clock, client.lipSync.submit(lipSync))).toMatchObject(made);
    const named = { ...(lipSync as object), external_task_id: "own" } as never;
    expect(await success(clock, client.lipSync.submit(named))).toMatchObject({ ...made, external_task_id: "own" });
  });
});

const noSuchTask: readonly (readonly [string, Step])[] = [
  ["1203 in 400", refusal(400, 1203)],
  ["1203 in 404", refusal(404, 1203)],
  ["task_not_exist", answer(400, { code: "task_not_exist", message: "task_not_exist", data: null })],
  ["a gateway's 404", answer(404, { error: { message: "task not found", code: "task_not_found" } })],
  ["a page's 404", answer(404, "<html>404</html>")],
];

describe("'no such task' soon after the task was accepted", () => {
  it.each(noSuchTask)("is a missed poll of generate, resume and watch: %s", async (_, step) => {
    for (const dialect of ["cometapi", "kling"] as const) {
      const { client, clock } = world([standing("submitted"), step, step, standing("succeed")], { dialect });
      const generated = client.image2video.generate(body, { firstPollMs: 100, pollMs: 1_000 });
      expect(await success(clock, generated)).toHaveProperty("task_status", "succeed");
      const second = world([standing("submitted"), step, standing("succeed")], { dialect });
      await success(second.clock, second.client.image2video.submit(body));
      const [open] = await second.client.pending();
      if (!open) throw new Error("nothing is pending");
      await success(second.clock, second.client.resume(open, { firstPollMs: 100 }));
      const third = world([standing("submitted"), step, standing("succeed")], { dialect });
      const made = await success(third.clock, third.client.image2video.submit(body));
      const changes = await success(third.clock, collect(watch(third.client, [made], { firstPollMs: 100 })));
      expect(changes).toMatchObject([{ ended: true, task: { task_status: "succeed" } }]);
    }
  });

  it("counts by the task's own time too, where no record is left", async () => {
    const { client, clock } = world([refusal(400, 1203), standing("succeed")]);
    const made = { task_id: taskId, created_at: clock.now() };
    expect(await success(clock, client.image2video.wait(made, { firstPollMs: 100 }))).toHaveProperty("task_id", taskId);
  });

  it.each(["created_at", "sentAt", "claimedAt"])(
    "is not believed for a minute after its %s, and then is",
    async (name) => {
      for (const [age, requests] of [
        [59_899, 2],
        [59_900, 1],
      ] as const) {
        const { client, clock, sent } = world([refusal(400, 1203), standing("succeed")]);
        const made = { task_id: taskId, [name]: clock.now() - age };
        await finish(clock, client.image2video.wait(made, { firstPollMs: 100 }));
        expect(sent).toHaveLength(requests);
      }
    },
  );

  it("is all that is not believed then: a wrong key ends the wait at once", async () => {
    const { client, clock, sent } = world([refusal(401, 1002), standing("succeed")]);
    const made = { task_id: taskId, created_at: clock.now() };
    expect(await failure(clock, client.image2video.wait(made))).toHaveProperty("code", "authorization-invalid");
    expect(sent).toHaveLength(1);
  });

  it("is believed after a minute, with the handle", async () => {
    const { client, clock } = world([standing("submitted"), refusal(400, 1203)]);
    const start = clock.now();
    const error = await failure(clock, client.image2video.generate({ ...body, external_task_id: "own" }));
    expect(error).toMatchObject({ providerCode: 1203, handle: own });
    expect(clock.now() - start).toBeGreaterThanOrEqual(60_000);
    expect(clock.now() - start).toBeLessThan(90_000);
  });

  it.each(noSuchTask)("is the answer at once for a bare handle: %s", async (_, step) => {
    const { client, clock, sent } = world([step]);
    for (const verb of ["wait", "get"] as const)
      expect(await failure(clock, client.image2video[verb](taskId))).toMatchObject({
        handle: { family: "image2video", task_id: taskId },
      });
    expect(sent).toHaveLength(2);
  });
});

describe("a wait by a wall clock that is set back an hour", () => {
  it("is not stretched", async () => {
    const clock = new TestClock();
    const start = clock.now();
    const seen: Clock = {
      now: () => clock.now() - (clock.now() - start > 15_000 ? 3_600_000 : 0),
      sleep: (ms, signal) => clock.sleep(ms, signal),
      after: (ms, callback) => clock.after(ms, callback),
    };
    for (const given of [seen, { ...seen, monotonic: () => clock.now() }]) {
      const began = clock.now();
      const { client } = world([standing("processing")], { clock: given });
      const error = await failure(clock, client.image2video.wait(taskId, { timeoutMs: 120_000 }));
      expect(error).toHaveProperty("name", "WaitTimeoutError");
      expect(clock.now() - began).toBeLessThan(140_000);
    }
  });
});

/** An error of Node's fetch. */
function fault(code: string, more: object = {}): Step {
  return { throws: new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code, ...more }) }) };
}

describe("what was never sent is never said to be charged perhaps", () => {
  const connecting = { syscall: "connect" };
  const several = {
    errors: ["ECONNREFUSED", "ENETUNREACH"].map((code) => Object.assign(new Error(code), { code, ...connecting })),
  };
  it.each<[string, Step]>([
    ["a refused connection", fault("ECONNREFUSED", connecting)],
    ["a host that can't be reached", fault("EHOSTUNREACH", connecting)],
    ["several addresses, each refused", fault("ECONNREFUSED", several)],
    ["a name without an address", fault("ENOTFOUND", { syscall: "getaddrinfo" })],
    ["a connection that takes too long", fault("UND_ERR_CONNECT_TIMEOUT")],
  ])("%s is repeated, and no unknown outcome", async (_, step) => {
    const { client, clock, posts } = world([step, step, standing("submitted")]);
    expect(await success(clock, client.image2video.submit(body))).toHaveProperty("task_id");
    expect(posts()).toBe(3);
    const failing = world([step], { retry: { attempts: 2 } });
    const error = await failure(failing.clock, failing.client.image2video.submit(body));
    expect(error).toMatchObject({
      name: "ConnectionError",
      neverSent: true,
      message: expect.stringContaining("by itself Node's fetch uses no proxy"),
    });
    expect(await failing.client.pending()).toEqual([]);
  });

  it.each([
    "CERT_HAS_EXPIRED",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "ERR_TLS_CERT_ALTNAME_INVALID",
  ])("a certificate that is not trusted is no unknown outcome either, and not repeated: %s", async (code) => {
    const { client, clock, posts } = world([fault(code)]);
    const error = await failure(clock, client.image2video.submit(body));
    expect(error).toMatchObject({ name: "ConnectionError", neverSent: true, retry: "after-fix" });
    expect(error).toHaveProperty("message", expect.stringContaining("NODE_EXTRA_CA_CERTS"));
    expect(posts()).toBe(1);
  });

  it.each<[string, Step]>([
    ["the same code from a read", fault("ECONNREFUSED", { syscall: "read" })],
    ["the same code from a write", fault("EHOSTUNREACH", { syscall: "write" })],
    ["a time-out of the connection later on", fault("ETIMEDOUT", { syscall: "read" })],
    ["a reset in a handshake", fault("ECONNRESET", { syscall: "connect" })],
    [
      "several addresses, one of them reset",
      fault("ECONNREFUSED", { errors: [Object.assign(new Error("x"), { code: "ECONNRESET" })] }),
    ],
  ])("but %s is unknown", async (_, step) => {
    const { client, clock, posts } = world([step], kling);
    expect(await failure(clock, client.image2video.submit(body))).toHaveProperty("name", "SubmitOutcomeUnknownError");
    expect(posts()).toBe(1);
  });
});

describe("an aborted create without an own id", () => {
  it("keeps its warning that money may have been spent", async () => {
    const controller = new AbortController();
    const { client, sent } = world(["no answer"]);
    const speech = { text: "Hello", voice_id: "oversea_male1", voice_language: "en" } as const;
    const call = client.tts(speech, { signal: controller.signal });
    call.catch(() => {});
    await quiet();
    expect(sent).toHaveLength(1);
    controller.abort("stop");
    await expect(call).rejects.toMatchObject({ name: "AbortedError", retry: "unknown", handle: { family: "tts" } });
    await expect(call).rejects.toThrow(/may have been carried out and charged/);
  });
});
