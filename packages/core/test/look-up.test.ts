import { AbortedError, type KlingClientOptions } from "@klingkit/core";
import { families } from "@klingkit/spec/client";
import { describe, expect, it } from "vitest";
import { contextOf } from "../src/client-context.js";
import { find, lookUpOnce, type Search, settlingTime } from "../src/submit/find.js";
import {
  answer,
  envelope,
  failure,
  html,
  quiet,
  refusal,
  type Step,
  standing,
  success,
  task,
  taskId,
  world,
} from "./helpers.js";

const gone = answer(400, { code: 1201, message: "Task not found by id/external id: own" });
const rows = (...ids: readonly string[]) =>
  answer(200, envelope(ids.map((id) => task("processing", { task_info: { external_task_id: id } }))));
const family = (name: string) => families[name as keyof typeof families];
const own = { family: "image2video", external_task_id: "own" };

/** Looks in front of a server that follows a script. */
function looking(steps: readonly Step[], options: Partial<KlingClientOptions> = {}) {
  const all = world(steps, { dialect: "kling", retry: { attempts: 1 }, ...options });
  const context = contextOf(all.client);
  const asked = () => all.sent.map(({ url }) => url.replace(/^.*\/videos\//, ""));
  const search = (more: Partial<Search> = {}) => ({
    ...{ family: family("image2video"), handle: own, signal: undefined, settleMs: 0 },
    ...more,
  });
  return { ...all, asked, context, search };
}

describe("one look", () => {
  it("asks by the task id first, then by the own id, and stops at what it finds", async () => {
    const handle = { ...own, task_id: "7" };
    const { asked, clock, context, search } = looking([gone, standing("processing")]);
    const seen = await success(clock, lookUpOnce(context, search({ handle })));
    expect(seen).toMatchObject({ task: { task_id: taskId, external_task_id: "own" } });
    expect(asked()).toEqual(["image2video/7", "image2video/own"]);
    const first = looking([standing("processing")]);
    await success(first.clock, lookUpOnce(first.context, first.search({ handle })));
    expect(first.asked()).toEqual(["image2video/7"]);
  });

  it.each<[string, readonly Step[], boolean, string]>([
    ["both say so", [gone, gone], true, "task-not-found"],
    ["only the last says so", [refusal(500, 5000), gone], false, "internal-error"],
    ["only the first says so", [gone, refusal(500, 5000)], false, "task-not-found"],
  ])("proves absence where every question does, and keeps the first error: %s", async (_, steps, isAbsent, code) => {
    const { clock, context, search } = looking(steps);
    const seen = await success(clock, lookUpOnce(context, search({ handle: { ...own, task_id: "7" } })));
    expect(seen).toMatchObject({ isAbsent, error: { code: expect.any(String) } });
    if (code === "task-not-found") expect(seen).toMatchObject({ error: { code } });
    else expect(seen).not.toMatchObject({ error: { code: "task-not-found" } });
  });

  it("asks nothing where there is no id that the family takes", async () => {
    for (const [name, handle] of [
      ["image2video", { family: "image2video" }],
      ["lipSync", { family: "lipSync" }],
    ] as const) {
      const { clock, context, search, sent } = looking([gone]);
      expect(await success(clock, lookUpOnce(context, search({ family: family(name), handle })))).toBe("cannot look");
      expect(sent).toEqual([]);
    }
    const gateway = looking([gone], { dialect: "cometapi" });
    const handle = { family: "advancedLipSync", external_task_id: "own" };
    const search = gateway.search({ family: family("advancedLipSync"), handle });
    expect(await success(gateway.clock, lookUpOnce(gateway.context, search))).toBe("cannot look");
  });

  it("reads a list from where its last page ended, to the empty page", async () => {
    const handle = { family: "advancedLipSync", external_task_id: "own" };
    const { asked, clock, context, search } = looking([rows("a", "b"), rows("c", "d"), rows()]);
    const seen = await success(clock, lookUpOnce(context, search({ family: family("advancedLipSync"), handle })));
    expect(seen).toEqual({ isAbsent: true, error: undefined });
    expect(asked()).toEqual(
      [1, 2, 3].map((page) => `advanced-lip-sync?pageNum=${page}&pageSize=${page === 1 ? 500 : 2}`),
    );
  });

  it("gives up on a list of a hundred pages, which proves nothing", async () => {
    const handle = { family: "advancedLipSync", external_task_id: "own" };
    const { clock, context, search, sent } = looking([rows("a")]);
    const seen = await success(clock, lookUpOnce(context, search({ family: family("advancedLipSync"), handle })));
    expect(seen).toMatchObject({ isAbsent: false, error: { code: "endless-list", message: "The list does not end." } });
    expect(sent).toHaveLength(100);
  });

  it("asks by a task id alone where the family has no other way", async () => {
    const handle = { family: "lipSync", task_id: "7" };
    const { asked, clock, context, search } = looking([standing("processing")]);
    const seen = await success(clock, lookUpOnce(context, search({ family: family("lipSync"), handle })));
    expect(seen).toMatchObject({ task: { task_status: "processing" } });
    expect(asked()).toEqual(["lip-sync/7"]);
  });

  it.each([
    ["by its task id", "lipSync", { task_id: "7" }],
    ["by its own id", "image2video", { external_task_id: "own" }],
    ["in a list", "advancedLipSync", { external_task_id: "own" }],
  ])("%s ends with the caller's signal while an answer is awaited", async (_, name, ids) => {
    const controller = new AbortController();
    const { context, search, sent } = looking(["no answer"]);
    const handle = { family: name, ...ids };
    const looked = lookUpOnce(context, search({ family: family(name), handle, signal: controller.signal }));
    await quiet();
    controller.abort("stop");
    await expect(looked).rejects.toMatchObject({ name: "AbortedError", cause: "stop", handle });
    expect(sent).toHaveLength(1);
  });

  it("that is aborted names the task, and keeps the caller's reason", async () => {
    const controller = new AbortController();
    controller.abort("stop");
    const { clock, context, search } = looking([gone]);
    const error = await failure(clock, lookUpOnce(context, search({ signal: controller.signal })));
    expect(error).toBeInstanceOf(AbortedError);
    expect(error).toMatchObject({ cause: "stop", handle: own });
  });
});

describe("a search", () => {
  it("looks at once, then after 1, 2, 4 … seconds up to the end of its time, and tells each pause", async () => {
    const { clock, context, events, search, sent } = looking([gone]);
    const start = clock.now();
    let looks = 0;
    const onLook = async () => {
      looks += 1;
    };
    const found = await success(clock, find(context, search({ settleMs: 10_000, onLook })));
    expect(found).toMatchObject({ isAbsent: true, error: { code: "task-not-found" } });
    expect(sent.map(({ at }) => at - start)).toEqual([0, 1_000, 3_000, 7_000, 10_000]);
    expect(looks).toBe(5);
    const about = { family: "image2video", external_task_id: "own" };
    expect(events.filter(({ type }) => type === "look-up")).toEqual([
      { type: "look-up", ...about, delayMs: 1_000, leftMs: 10_000 },
      { type: "look-up", ...about, delayMs: 2_000, leftMs: 9_000 },
      { type: "look-up", ...about, delayMs: 4_000, leftMs: 7_000 },
      { type: "look-up", ...about, delayMs: 3_000, leftMs: 3_000 },
    ]);
    expect(events.filter(({ type }) => type === "recovery")).toEqual([
      { type: "recovery", ...about, outcome: "absent" },
    ]);
  });

  it("that finds the task looks no further, and waits for nothing", async () => {
    const { clock, context, events, search, sent } = looking([standing("processing")]);
    const found = await success(clock, find(context, search({ settleMs: 10_000 })));
    expect(found).toMatchObject({ task: { task_id: taskId } });
    expect(sent).toHaveLength(1);
    expect(events.map(({ type }) => type)).not.toContain("look-up");
    expect(events).toContainEqual({ type: "recovery", ...own, outcome: "found" });
  });

  it("ends after its time also where the clock stands still while it sleeps", async () => {
    const { clock, context, search, sent } = looking([gone]);
    const standing = { ...context, clock: { now: () => 0, sleep: async () => {}, after: clock.after.bind(clock) } };
    expect(await find(standing, search({ settleMs: 10_000 }))).toMatchObject({ isAbsent: true });
    expect(sent).toHaveLength(5);
  });

  it.each<[string, Partial<Search>, Partial<KlingClientOptions>, boolean]>([
    ["at Kling", {}, {}, true],
    ["at the gateway", {}, { dialect: "cometapi" }, false],
    ["at a gateway whose look-ups are trusted", {}, { dialect: "cometapi", trustLookup: true }, true],
    ["of what certainly exists", { exists: true }, {}, false],
    ["of what has a task id", { handle: { ...own, task_id: "7" } }, {}, false],
    [
      "where the contract does not say that the own id finds it",
      { family: families.videoExtend, handle: { family: "videoExtend", external_task_id: "own" } },
      {},
      false,
    ],
  ])("that finds nothing %s proves what it can", async (_, more, options, isAbsent) => {
    const notFound = options.dialect ? answer(400, { code: "task_not_exist", message: "no", data: null }) : gone;
    const { clock, context, events, search } = looking([notFound], options);
    expect(await success(clock, find(context, search(more)))).toMatchObject({ isAbsent });
    expect(events.at(-1)).toMatchObject({ type: "recovery", outcome: isAbsent ? "absent" : "unknown" });
  });

  it("that can't be made says so at once, and one whose look fails proves nothing", async () => {
    const nothing = looking([gone]);
    const search = nothing.search({ handle: { family: "image2video" }, settleMs: 60_000 });
    const found = await success(nothing.clock, find(nothing.context, search));
    expect(found).toEqual({ isAbsent: false, error: undefined });
    expect(nothing.events).toEqual([
      { type: "recovery", family: "image2video", external_task_id: undefined, outcome: "unknown" },
    ]);
    const failing = looking([answer(502, html)]);
    expect(await success(failing.clock, find(failing.context, failing.search()))).toMatchObject({ isAbsent: false });
  });
});

describe("how long absence proves nothing", () => {
  const provider = { status: 500, providerCode: 5000 };
  it.each<[string, Partial<KlingClientOptions>, object | undefined, number]>([
    ["usually", {}, undefined, 30_000],
    ["after the provider's own fault", {}, provider, 5_000],
    ["after the gateway's fault", {}, { ...provider, providerCode: "upstream" }, 30_000],
    ["after a fault without a status", {}, { providerCode: 5000 }, 30_000],
    ["after the provider's refusal", {}, { status: 499, providerCode: 1303 }, 30_000],
    ["on this machine", { baseUrl: "http://127.0.0.1:4600" }, provider, 1_000],
    ["as settleMs says, also 0", { settleMs: 0 }, provider, 0],
    ["as settleMs says on this machine", { settleMs: 7, baseUrl: "http://127.0.0.1:4600" }, undefined, 7],
  ])("%s", (_, options, error, ms) => {
    expect(settlingTime(looking([], options).context, error as never)).toBe(ms);
  });
});
