import { formatHandle, InputError, parseHandle } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, envelope, failure, standing, success, taskId, thrownBy, world } from "./helpers.js";

const ids = fc.stringMatching(/^[A-Za-z0-9_-]{1,64}$/);

describe("a handle as text", () => {
  it("comes back as it went", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,30}$/), ids, (family, task_id) => {
        expect(parseHandle(formatHandle({ family, task_id }))).toEqual({ family, task_id });
      }),
    );
  });

  it.each([
    "",
    "/",
    "image2video",
    "image2video/",
    "/1",
    "image2video/1/2",
    "image2video/..",
    "image2video/1.2",
    "image2video/%2e",
    "image2video/a b",
    `image2video/${"1".repeat(65)}`,
  ])("%j is none", (text) => {
    expect(thrownBy(() => parseHandle(text))).toBeInstanceOf(InputError);
  });
});

describe("a text that is no handle and no id", () => {
  it("is shown in the refusal as far as it fits", async () => {
    const long = `image2video/${"1".repeat(500)}`;
    const { client, clock } = world([]);
    const refusals = [
      await failure(clock, client.image2video.get(long)),
      thrownBy(() => parseHandle(long.replace("/", "/x/"))),
    ];
    for (const error of refusals)
      expect(String(error)).toMatch(/"image2video\/[1x/]{68}" is not a task (id|handle)\. /);
  });
});

describe("a task id", () => {
  it.each([
    "..",
    ".",
    "a/b",
    "a\\b",
    "%2e%2e",
    "a?b",
    "a#b",
    "a b",
    "",
    "é",
    "1".repeat(65),
    5,
    null,
    undefined,
    {},
    [],
  ])("%j never reaches an address", async (id) => {
    const { client, clock, sent } = world([standing("succeed")]);
    for (const reference of [id, { task_id: id }]) {
      expect(await failure(clock, client.image2video.get(reference as string))).toBeInstanceOf(InputError);
      expect(await failure(clock, client.image2video.wait(reference as string))).toBeInstanceOf(InputError);
    }
    expect(sent).toHaveLength(0);
  });

  it("stands where the contract puts it, whichever id it is", async () => {
    const { client, clock, sent } = world([standing("succeed")]);
    await success(clock, client.image2video.get(taskId));
    await success(clock, client.image2video.get({ task_id: taskId, external_task_id: "mine" }));
    await success(clock, client.image2video.get({ task_id: "", external_task_id: "mine-1" }));
    const path = "https://api.cometapi.com/kling/v1/videos/image2video";
    expect(sent.map(({ url }) => url)).toEqual([`${path}/${taskId}`, `${path}/${taskId}`, `${path}/mine-1`]);
  });

  it("of an answer is a handle at once", async () => {
    const { client, clock } = world([
      answer(200, envelope({ task_id: "9", task_status: "submitted", family: "other" })),
    ]);
    expect(formatHandle(await success(clock, client.image2video.get("9")))).toBe("image2video/9");
  });
});

describe("a family", () => {
  it("is found by its name", () => {
    const { client } = world([]);
    expect(client.family("image2video")).toBe(client.image2video);
  });

  it.each(["", "image-to-video", "constructor", "toString", "__proto__", "download", "family"])("is not %j", (name) => {
    expect(thrownBy(() => world([]).client.family(name))).toBeInstanceOf(InputError);
  });
});
