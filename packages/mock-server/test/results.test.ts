import { createMock, MockClock, type Renderer } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ask, coffee, image2video, minimal, taskOf } from "./helpers.js";

const bytes = Uint8Array.from({ length: 1000 }, (_, index) => index % 251);
const day = 24 * 3_600_000;

/** A simulator with one finished task, and the address of its result. */
async function finished(options: { body?: Record<string, unknown> } = {}) {
  const requests: Parameters<Renderer["render"]>[0][] = [];
  const renderer: Renderer = {
    async render(request) {
      requests.push(request);
      return bytes;
    },
    renderPicture: async () => bytes,
  };
  const mock = createMock({ renderer, clock: new MockClock(() => 1_795_000_000_000) });
  const { task_id } = taskOf(
    await ask(mock.fetch, "POST", image2video.cometapi, { body: { ...minimal, ...options.body } }),
  );
  mock.clock.advance(60_000);
  const task = taskOf(await ask(mock.fetch, "GET", `${image2video.cometapi}/${task_id}`));
  const [video] = (task.task_result as { videos: { url: string; watermark_url?: string }[] }).videos;
  return { mock, requests, task, url: video?.url ?? "", watermarkUrl: video?.watermark_url };
}

describe("a result", () => {
  const made = async (path: string, body: Record<string, unknown>) => {
    const mock = createMock({ dialect: "kling", clock: new MockClock(() => 1_795_000_000_000) });
    const created = await ask(mock.fetch, "POST", path, { body });
    expect(created.status).toBe(200);
    mock.clock.advance(60_000);
    const { task_result } = taskOf(await ask(mock.fetch, "GET", `${path}/${taskOf(created).task_id}`));
    return task_result as Record<string, readonly Record<string, unknown>[]>;
  };

  it.each([
    [{ result_type: "series", series_amount: 3 }, 0, 3],
    [{ result_type: "series", series_amount: "auto" }, 0, 4],
    [{ result_type: "series" }, 0, 4],
    [{ result_type: "single", n: 2 }, 2, 0],
    [{}, 1, 0],
  ])("of %j has the pictures that were asked for", async (body, single, series) => {
    const { images = [], series_images = [] } = await made("/v1/images/omni-image", { prompt: "a cup", ...body });
    expect([images.length, series_images.length]).toEqual([single, series]);
    for (const [index, image] of [...images, ...series_images].entries())
      expect(image).toEqual({ index, url: expect.stringMatching(/^https:\/\/.*\.png\?/) });
  });

  it("has an id that no other task's has", async () => {
    const mock = createMock({ dialect: "kling", startTime: 1_795_000_000_000 });
    for (let count = 0; count < 400; count += 1) await ask(mock.fetch, "POST", image2video.kling, { body: minimal });
    mock.clock.advance(60_000);
    const { body } = await ask(mock.fetch, "GET", `${image2video.kling}?pageSize=500`);
    const tasks = body.data as { task_result: { videos: { id: string }[] } }[];
    expect(new Set(tasks.map(({ task_result }) => task_result.videos[0]?.id)).size).toBe(400);
  });

  it("of speech has an id that no task has, made in the same millisecond or not", async () => {
    const mock = createMock({ dialect: "kling", startTime: 1_795_000_000_000 });
    const speak = { text: "Hello", voice_id: "oversea_male1", voice_language: "en" };
    const { task_result } = taskOf(await ask(mock.fetch, "POST", "/v1/audio/tts", { body: speak }));
    const { task_id } = taskOf(await ask(mock.fetch, "POST", image2video.kling, { body: minimal }));
    expect((task_result as { audios: { id: string }[] }).audios[0]?.id).not.toBe(task_id);
  });

  it("with a video and a sound has an id for each that no other task's has", async () => {
    const mock = createMock({ dialect: "kling", startTime: 1_795_000_000_000 });
    const [path, body] = ["/v1/audio/video-to-audio", { video_url: "https://example.com/a.mp4" }];
    for (let count = 0; count < 400; count += 1) await ask(mock.fetch, "POST", path, { body });
    mock.clock.advance(60_000);
    const tasks = (await ask(mock.fetch, "GET", `${path}?pageSize=500`)).body.data as {
      task_result: Record<"videos" | "audios", { id: string }[]>;
    }[];
    const ids = tasks.flatMap(({ task_result: { videos, audios } }) => [...videos, ...audios].map(({ id }) => id));
    expect(new Set(ids).size).toBe(800);
  });

  it("leads to its task by the video's id, and to none by an id that no task has", async () => {
    const mock = createMock({
      dialect: "kling",
      discontinued: "accept",
      clock: new MockClock(() => 1_795_000_000_000),
    });
    const body = { model_name: "kling-v1-6", mode: "pro", image: "https://example.com/a.jpg" };
    for (let count = 0; count < 3; count += 1) await ask(mock.fetch, "POST", image2video.kling, { body });
    mock.clock.advance(60_000);
    const [, { task_result }] = (await ask(mock.fetch, "GET", image2video.kling)).body.data as [
      unknown,
      { task_result: { videos: { id: string }[] } },
    ];
    const id = task_result.videos[0]?.id ?? "";
    const none = [`${BigInt(id) + 1_000_000n}`, "9".repeat(18), "1", "no-number", `0${id}`];
    for (const video_id of [id, ...none])
      await ask(mock.fetch, "POST", "/v1/videos/video-extend", { body: { video_id } });
    const extended = mock.ledger.charges.filter(({ operation }) => operation === "videoExtend");
    // An extension costs what its parent does; without one, nobody knows.
    expect(extended.map(({ units }) => units)).toEqual([3.5, null, null, null, null, null]);
  });
});

describe("a result's address", () => {
  it("has the provider's anatomy and says when it ends", async () => {
    const { url, task } = await finished();
    const { pathname, searchParams } = new URL(url);
    expect(pathname).toMatch(
      /^\/bs2\/upload-ylab-stunt-sgp\/muse\/1\/VIDEO\/2026\d{4}\/[0-9a-f]{32}-[0-9a-f-]{36}\.mp4$/,
    );
    expect([...searchParams.keys()]).toEqual(["cacheKey", "x-kcdn-pid", "ksSecret", "ksTime"]);
    expect(Number.parseInt(searchParams.get("ksTime") ?? "", 16)).toBe(
      Math.floor((task.updated_at as number) / 1000) + 30 * 86_400,
    );
  });

  it("answers 403 after thirty days, and to a forged signature or expiry", async () => {
    const { mock, url, task } = await finished();
    const forge = (name: string, value: string) => {
      const forged = new URL(url);
      forged.searchParams.set(name, value);
      return mock.fetch(forged);
    };
    expect((await mock.fetch(url)).status).toBe(200);
    expect((await forge("ksSecret", "0".repeat(32))).status).toBe(403);
    expect((await forge("ksTime", "7fffffff")).status).toBe(403);
    mock.clock.advance(30 * day);
    expect((await mock.fetch(url)).status).toBe(403);
    expect((await ask(mock.fetch, "GET", `${image2video.cometapi}/${task.task_id}`)).body).toMatchObject({
      code: "task_not_exist",
    });
  });

  it.each(["1970-01-01", "2009-12-31", "2015-06-01", "2019-09-09", "2159-01-01", "4200-01-01", "9999-01-01"])(
    "leads to its file, and its task outlives a snapshot, by a clock that shows %s",
    async (day) => {
      const mock = createMock({ dialect: "kling", startTime: Date.parse(day) });
      const create = async (path: string) => taskOf(await ask(mock.fetch, "POST", path, { body: minimal })).task_id;
      const ids = [await create(image2video.kling), await create(image2video.kling)];
      expect(ids.map(BigInt).every((id, index, all) => id >= 0n && id > (all[index - 1] ?? -1n))).toBe(true);
      mock.clock.advance(60_000);
      mock.restore(JSON.parse(JSON.stringify(mock.snapshot())));
      for (const id of ids) {
        const { task_result } = taskOf(await ask(mock.fetch, "GET", `${image2video.kling}/${id}`));
        const [video] = (task_result as { videos: { id: string; url: string }[] }).videos;
        expect((await mock.fetch(video?.url ?? "")).status).toBe(200);
      }
    },
  );

  it("needs no key, and renders what was asked for", async () => {
    const { mock, url, requests } = await finished({ body: { model_name: "kling-v3", image: coffee, duration: "8" } });
    expect(requests).toHaveLength(0);
    const answer = await mock.fetch(url);
    expect(answer.headers.get("content-type")).toBe("video/mp4");
    expect(requests[0]).toMatchObject({ durationSeconds: 8, longSide: 640, framesPerSecond: 24, watermark: false });
    expect(Buffer.from(requests[0]?.image ?? []).toString("base64")).toBe(coffee);
  });

  it("is the same file for the same request, and another for another", async () => {
    const seedOf = async (body: Record<string, unknown>) => {
      const { mock, url, requests } = await finished({ body });
      await mock.fetch(url);
      return requests[0]?.seed;
    };
    const first = await seedOf({ external_task_id: "shot-1" });
    expect(await seedOf({ external_task_id: "shot-2", callback_url: "http://localhost/" })).toBe(first);
    expect(await seedOf({ prompt: "another" })).not.toBe(first);
  });

  it("comes a second time with a watermark when asked for", async () => {
    const { mock, watermarkUrl, requests } = await finished({ body: { watermark_info: { enabled: true } } });
    expect((await mock.fetch(watermarkUrl ?? "")).status).toBe(200);
    expect(requests[0]?.watermark).toBe(true);
  });
});

describe("ranges", () => {
  it("give exactly the bytes asked for, or say that there are none", async () => {
    const { mock, url } = await finished();
    const bound = fc.option(fc.integer({ min: 0, max: 1_200 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(bound, bound, async (first, last) => {
        const answer = await mock.fetch(url, { headers: { range: `bytes=${first ?? ""}-${last ?? ""}` } });
        const received = new Uint8Array(await answer.arrayBuffer());
        const expected =
          first === undefined
            ? last === undefined
              ? bytes
              : last === 0
                ? undefined
                : bytes.slice(-last)
            : last === undefined || last >= first
              ? bytes.slice(first, (last ?? 999) + 1)
              : undefined;
        if (first === undefined && last === undefined) expect(answer.status).toBe(200);
        else if (!expected || expected.length === 0) expect(answer.status).toBe(416);
        else {
          expect(answer.status).toBe(206);
          expect(received).toEqual(expected);
          const start = first ?? 1000 - expected.length;
          expect(answer.headers.get("content-range")).toBe(`bytes ${start}-${start + expected.length - 1}/1000`);
        }
      }),
    );
  });

  it("obey If-Range, If-None-Match and HEAD", async () => {
    const { mock, url } = await finished();
    const tag = (await mock.fetch(url)).headers.get("etag") ?? "";
    const get = (headers: Record<string, string>, method = "GET") => mock.fetch(url, { headers, method });
    expect((await get({ range: "bytes=0-1", "if-range": tag })).status).toBe(206);
    expect((await get({ range: "bytes=0-1", "if-range": '"other"' })).status).toBe(200);
    expect((await get({ "if-none-match": tag })).status).toBe(304);
    expect((await get({ "if-none-match": `"other", W/${tag}` })).status).toBe(304);
    const date = (await get({})).headers.get("last-modified") ?? "";
    const second = (offset: number) => new Date(Date.parse(date) + offset * 1000).toUTCString();
    expect((await get({ "if-modified-since": date })).status).toBe(304);
    expect((await get({ "if-modified-since": second(-1) })).status).toBe(200);
    expect((await get({ "if-modified-since": date, "if-none-match": '"other"' })).status).toBe(200);
    expect((await get({ "if-modified-since": "nonsense" })).status).toBe(200);
    expect((await get({ range: "bytes=0-1", "if-range": date })).status).toBe(206);
    expect((await get({ range: "bytes=0-1", "if-range": second(1) })).status).toBe(200);
    expect((await get({ range: "bytes=0-1" }, "HEAD")).headers.get("content-length")).toBe("1000");
    const head = await get({}, "HEAD");
    expect(head.headers.get("content-length")).toBe("1000");
    expect(await head.text()).toBe("");
    expect((await get({}, "POST")).status).toBe(405);
  });
});
