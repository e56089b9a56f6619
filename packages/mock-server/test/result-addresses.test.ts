import { createMock, MockClock, type Renderer } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

const retentionMs = 30 * 24 * 3_600_000;
const sizes: number[] = [];
const renderer: Renderer = {
  async render({ longSide }) {
    sizes.push(longSide);
    return Uint8Array.of(1, 2, 3);
  },
  renderPicture: async () => Uint8Array.of(4, 5, 6),
};

/** A simulator whose clock stands still until it is pushed, with one finished task. */
async function finished(path: string, body: object, prefer = "") {
  const mock = createMock({ dialect: "kling", renderer, clock: new MockClock(() => 1_795_000_000_000) });
  mock.clock.freeze();
  const headers = prefer === "" ? {} : { prefer };
  const submit = async () => {
    const created = taskOf(await ask(mock.fetch, "POST", path, { body, headers }));
    mock.clock.advance(60_000);
    return taskOf(await ask(mock.fetch, "GET", `${path}/${created.task_id}`));
  };
  return { mock, submit, task: await submit() };
}

type Results = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
const first = ({ task_result }: Record<string, unknown>, list: string, key = "url") =>
  new URL((task_result as Results)[list]?.[0]?.[key] ?? "");

async function finishedVideo(prefer = "") {
  const { mock, submit, task } = await finished(image2video.kling, minimal, prefer);
  const status = async (address: URL | string) => (await mock.fetch(address)).status;
  return { mock, submit, task, url: first(task, "videos"), status };
}

/** The same address with other letters at a place of its file's name, which is id (16), kind (4) and mark (12). */
function withName(url: URL, start: number, letters: string): URL {
  const [, folder = "", name = ""] = /^(.*\/)([^/]*)$/.exec(url.pathname) ?? [];
  const changed = new URL(url);
  changed.pathname = `${folder}${name.slice(0, start)}${letters}${name.slice(start + letters.length)}`;
  return changed;
}

describe("an address of a result", () => {
  it.each([
    ["/v1/images/generations", { prompt: "a cup" }, "images", "url", "IMAGE", "png", "image/png"],
    ["/v1/audio/text-to-audio", { prompt: "rain", duration: 5 }, "audios", "url_mp3", "AUDIO", "mp3", "audio/mpeg"],
    ["/v1/audio/text-to-audio", { prompt: "rain", duration: 5 }, "audios", "url_wav", "AUDIO", "wav", "audio/wav"],
    [image2video.kling, minimal, "videos", "url", "VIDEO", "mp4", "video/mp4"],
  ])("says what it holds: %s %j in %s, %s", async (path, body, list, key, folder, extension, type) => {
    const { mock, task } = await finished(path, body);
    const url = first(task, list, key);
    expect(url.pathname).toMatch(new RegExp(`/muse/1/${folder}/\\d{8}/[0-9a-f]{32}-[0-9a-f-]{36}\\.${extension}$`));
    expect(url.search).toMatch(/^\?cacheKey=[0-9a-f]{16}&x-kcdn-pid=\d+&ksSecret=[0-9a-f]{32}&ksTime=[0-9a-f]{8}$/);
    const answer = await mock.fetch(url);
    expect([answer.status, answer.headers.get("content-type")]).toEqual([200, type]);
  });

  it("of a sound leads to a sound as long as was asked for", async () => {
    const { mock, task } = await finished("/v1/audio/text-to-audio", { prompt: "rain", duration: 8 });
    const size = async (key: string) =>
      (await (await mock.fetch(first(task, "audios", key))).arrayBuffer()).byteLength / 8;
    const [mp3, wav] = [await size("url_mp3"), await size("url_wav")];
    const shorter = await finished("/v1/audio/text-to-audio", { prompt: "rain", duration: 4 });
    const half = await (await shorter.mock.fetch(first(shorter.task, "audios", "url_wav"))).arrayBuffer();
    expect(wav).toBeGreaterThan(2 * mp3);
    expect(half.byteLength / (8 * wav)).toBeCloseTo(0.5, 2);
  });

  it("that somebody made up leads to nothing", async () => {
    const { url, status } = await finishedVideo();
    const elsewhere = new URL(url);
    elsewhere.pathname = `/copy${url.pathname}`;
    const longer = new URL(url);
    longer.pathname += "/copy";
    const made = {
      "another mark": withName(url, 20, "000000000000"),
      "another place in the list": withName(url, 16, "0001"),
      "a watermark that was not asked for": withName(url, 16, "0100"),
    };
    for (const [what, address] of Object.entries(made)) expect(await status(address), what).toBe(403);
    expect(await status(withName(url, 0, "0000000000000001")), "a task that there is not").toBe(404);
    // Of the API, which these are, nothing is said without a key.
    const others = {
      "a kind that there is not": withName(url, 16, "0800"),
      "a path before it": elsewhere,
      "a path behind it": longer,
    };
    for (const [what, address] of Object.entries(others)) expect(await status(address), what).toBe(401);
    expect(await status(url)).toBe(200);
  });

  it("holds another signature for each task and file", async () => {
    const { url, submit } = await finishedVideo();
    const next = first(await submit(), "videos");
    for (const name of ["cacheKey", "ksSecret"])
      expect(next.searchParams.get(name)).not.toBe(url.searchParams.get(name));
    const { task } = await finished("/v1/images/generations", { prompt: "a cup", n: 2 });
    const [one, other] = ((task.task_result as Results).images ?? []).map((image) => new URL(image.url ?? ""));
    expect(one?.searchParams.get("ksSecret")).not.toBe(other?.searchParams.get("ksSecret"));
  });

  it("works to the last millisecond of its thirty days", async () => {
    const { mock, url, task, status } = await finishedVideo();
    const end = Math.floor((Number(task.updated_at) + retentionMs) / 1_000) * 1_000;
    mock.clock.advance(end - mock.clock.now());
    expect(await status(url)).toBe(200);
    mock.clock.advance(1);
    expect(await status(url)).toBe(403);
  });

  it("that lags behind the task's end is served from the end of its lag on", async () => {
    const { mock, url, task, status } = await finishedVideo("scenario=results-missing, lag=90000");
    mock.clock.advance(Number(task.updated_at) + 90_000 - 1 - mock.clock.now());
    expect(await status(url)).toBe(404);
    mock.clock.advance(1);
    expect(await status(url)).toBe(200);
  });

  it("answers with a tag of its own file, in quotes", async () => {
    const { mock, url, submit } = await finishedVideo();
    const tag = async (address: URL) => (await mock.fetch(address)).headers.get("etag");
    expect(await tag(url)).toMatch(/^"[0-9a-f]{12}"$/);
    expect(await tag(first(await submit(), "videos"))).not.toBe(await tag(url));
  });
});

describe("the size of a rendered video", () => {
  it.each([
    [{}, "std"],
    [{ mode: "std" }, "std"],
    [{ mode: "pro" }, "pro"],
  ])("of %j is that of mode %s", async (more, mode) => {
    const sizeOf = async (body: object) => {
      const mock = createMock({ dialect: "kling", renderer, render: "full", startTime: 1_795_000_000_000 });
      const { task_id } = taskOf(await ask(mock.fetch, "POST", image2video.kling, { body }));
      mock.clock.advance(60_000);
      const task = taskOf(await ask(mock.fetch, "GET", `${image2video.kling}/${task_id}`));
      await mock.fetch(first(task, "videos"));
      return sizes.at(-1);
    };
    expect(await sizeOf({ ...minimal, ...more })).toBe(await sizeOf({ ...minimal, mode }));
    expect(await sizeOf({ ...minimal, mode: "pro" })).toBeGreaterThan((await sizeOf({ ...minimal, mode: "std" })) ?? 0);
  });
});
