import { InputError, type KlingkitError, ResponseFormatError, TaskFailedError, watch } from "@klingkit/core";
import { taskEnds } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { download } from "./download-kit.js";
import { failure, picture, results, standing, success, task, taskId, world } from "./helpers.js";

const handle = { family: "image2video", task_id: taskId };

/** A word in the ways it comes: as it is, in capitals, with one capital. */
const cases = (words: readonly string[]) =>
  words.flatMap((word) => [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]);

describe("a wait used to go on for ever after a word for an end that only gateways use", () => {
  it.each(cases(taskEnds.succeeded.words))("%s: it returns the task, with the word as it came", async (word) => {
    const { client, clock, sent } = world([standing(word, { task_result: results })]);
    const done = await success(clock, client.image2video.wait({ task_id: taskId, external_task_id: "kk-1" }));
    expect(done).toMatchObject({ ...handle, task_status: word, task_result: results });
    expect(sent).toHaveLength(1);
  });

  it.each(cases(taskEnds.failed.words))("%s: it throws what the reason means", async (word) => {
    const { client, clock } = world([standing(word, { task_status_msg: "Image pixel is invalid" })]);
    const error = await failure(clock, client.image2video.wait(taskId));
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error).toMatchObject({ code: "task-failed-image-too-small", retry: "after-fix", handle });
    expect(error).toHaveProperty("task.task_status", word);
  });

  it.each([
    ...cases(taskEnds.cancelled.words).map((word) => [word, "task-cancelled", /^The task was cancelled: by hand\. /]),
    ...cases(taskEnds.expired.words).map((word) => [word, "task-expired", /^The task has expired: by hand\. /]),
  ] as [string, string, RegExp][])("%s: it throws %s", async (word, code, message) => {
    const { client, clock } = world([standing(word, { task_status_msg: "by hand" })]);
    const error = (await failure(clock, client.image2video.wait(taskId))) as KlingkitError;
    expect(error).toBeInstanceOf(TaskFailedError);
    expect(error).toMatchObject({ code, retry: "after-fix", handle });
    expect(error.message).toMatch(message);
    expect(error.remedy).toContain("under a new external_task_id");
  });

  it("COMPLETED: a watch ends too", async () => {
    const { client, clock } = world([standing("COMPLETED", { task_result: results })]);
    const watched = watch(client, [handle]);
    expect((await success(clock, watched.next())).value).toMatchObject({ ended: true, task: { task_id: taskId } });
    expect((await success(clock, watched.next())).done).toBe(true);
  });
});

describe("a reason that a gateway wraps in words of its own", () => {
  it.each([
    ["task failed with status: FAIL, message: Image pixel is invalid", "image-too-small", "after-fix"],
    ["PARALLEL TASK OVER RESOURCE PACK LIMIT", "concurrency-limit", "after-delay"],
    ["error: Service busy. Please try again later. (code 500)", "service-busy", "after-delay"],
    [" ", "no-reason", "after-fix"],
    ["The prompt is too sad", "other", "after-fix"],
  ])("%j is known", async (task_status_msg, name, retry) => {
    const { client, clock, sent } = world([standing("failed", { task_status_msg })]);
    const error = await failure(clock, client.image2video.generate({ image: picture }));
    expect(error).toMatchObject({ name: "TaskFailedError", code: `task-failed-${name}`, retry });
    // What may pass later is for the caller to submit again; the client neither waits on nor pays twice.
    expect(sent.map(({ method }) => method)).toEqual(["POST", "GET"]);
  });
});

const without = [
  ["null for a result", null],
  ["an empty result", {}],
  ["an empty list", { videos: [] }],
  ["an empty address", { videos: [{ id: "1", url: "", duration: "5" }] }],
  ["no address", { videos: [{ id: "1", duration: "5" }] }],
  ["a number for an address", { videos: [{ url: 5 }] }],
  ["no list", { videos: "odd" }],
  ["an object for a list", { videos: { url: "https://cdn.example.com/v.mp4" } }],
  ["null in its list", { videos: [null] }],
] as const;

describe("a task that succeeded without a result used to be returned as if there were one", () => {
  it.each(without)("%s: a wait says so, with the handle, and does not advise to pay again", async (_, task_result) => {
    const { client, clock, sent } = world([standing("succeed", { task_result })]);
    const error = (await failure(clock, client.image2video.wait(taskId))) as KlingkitError;
    expect(error).toBeInstanceOf(ResponseFormatError);
    expect(error).toMatchObject({ code: "result-missing", retry: "never", handle });
    expect(error.message).toContain("do not submit it again");
    expect(sent).toHaveLength(1);
  });

  it.each(without)("%s: a download says the same, before anything is fetched", async (_, task_result) => {
    const { client, sent } = world([standing("succeed")]);
    const error = await download(client, { ...handle, ...task("succeed", { task_result }) }).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "ResponseFormatError", code: "result-missing", handle });
    expect(sent).toHaveLength(0);
  });

  it("one file among several that has no address is no reason to lose the others", async () => {
    const task_result = { images: [{ url: "" }, { url: "https://cdn.example.com/2.png" }] };
    const { client, clock } = world([standing("succeed", { task_result })]);
    expect(await success(clock, client.imageGenerations.wait(taskId))).toMatchObject({ task_result });
    await expect(download(client, task("succeed", { task_result }), { index: 1 })).rejects.toBeInstanceOf(InputError);
  });

  it.each([
    ["an element", "advancedCustomElements", { elements: [{ element_id: "829836802793406551" }] }],
    ["a voice", "customVoices", { voices: [{ voice_id: "829836802793406551", trial_url: "" }] }],
  ] as const)("%s has an id, and no file", async (_, family, task_result) => {
    const { client, clock } = world([standing("succeed", { task_result })]);
    expect(await success(clock, client.family(family).wait(taskId))).toMatchObject({ task_result });
  });
});
