import { describe, expect, it } from "vitest";
import { receiving } from "./callbacks-kit.js";
import { ask, frozenMock, taskOf } from "./helpers.js";

const kling = () => frozenMock({ dialect: "kling", discontinued: "accept" });
type KlingMock = ReturnType<typeof kling>;
const post = (mock: KlingMock, path: string, body: object) => ask(mock.fetch, "POST", path, { body });
const get = async (mock: KlingMock, path: string) => taskOf(await ask(mock.fetch, "GET", path));

/** A finished video, as its task's answer has it. */
async function video(mock: KlingMock) {
  const path = "/v1/videos/text2video";
  const { task_id } = taskOf(await post(mock, path, { model_name: "kling-v1-6", prompt: "a", duration: "10" }));
  mock.clock.advance(60_000);
  const { task_result } = await get(mock, `${path}/${task_id}`);
  const [made] = (task_result as { videos: { id: string; url: string; duration: string }[] }).videos;
  if (!made) throw new Error("The task made no video.");
  return made;
}

const faces = [
  {
    face_id: "0",
    sound_file: "https://media.example.com/a.mp3",
    sound_start_time: 0,
    sound_end_time: 2000,
    sound_insert_time: 0,
  },
];

const hostile = { toString: "no function", valueOf: { length: -1 } };

describe("a video that is named by no text", () => {
  it.each(["cometapi", "kling"] as const)(
    "is refused, and ends no request with an error of the server: %s",
    async (dialect) => {
      const mock = frozenMock({ dialect, discontinued: "accept" });
      const prefix = dialect === "cometapi" ? "/kling" : "";
      for (const name of [hostile, [], ["1"]])
        for (const field of ["video_id", "task_id", "video_url"]) {
          const { status, body } = await post(mock, `${prefix}/v1/videos/video-extend`, { [field]: name });
          expect(status, JSON.stringify([field, name, body])).toBe(400);
        }
    },
  );

  it("is not told in answers about a task that does not need it", async () => {
    const mock = kling();
    const body = { video_url: "https://example.com/clip.mp4", video_id: "", task_id: hostile };
    const { task_id } = taskOf(await post(mock, "/v1/audio/video-to-audio", body));
    const { task_info } = await get(mock, `/v1/audio/video-to-audio/${task_id}`);
    expect(task_info).toEqual({ parent_video: { url: body.video_url } });
  });
});

it.each<[path: string, bodyOf: (url: string) => object, units: number]>([
  ["audio/video-to-audio", (video_url) => ({ video_url }), 0.25],
  ["videos/omni-video", (video_url) => ({ model_name: "kling-v3-omni", prompt: "a", video_list: [{ video_url }] }), 12],
  [
    "videos/motion-control",
    (video_url) => ({ image_url: "https://example.com/a.png", video_url, character_orientation: "video", mode: "std" }),
    5,
  ],
])(
  "%s with the address of a video that was made here is as long, and costs as much, as that video",
  async (path, bodyOf, units) => {
    const mock = kling();
    const { url } = await video(mock);
    const { task_id } = taskOf(await post(mock, `/v1/${path}`, bodyOf(url)));
    mock.clock.advance(60_000);
    const { task_result, final_unit_deduction } = await get(mock, `/v1/${path}/${task_id}`);
    expect((task_result as { videos: object[] }).videos).toMatchObject([{ duration: "10.1" }]);
    expect(final_unit_deduction).toBe(String(units));
  },
);

it.each([
  ["identify-face", (data: object) => (data as { face_data: { end_time: number }[] }).face_data[0]?.end_time],
  ["multi-elements/init-selection", (data: object) => (data as { original_duration: number }).original_duration],
])("%s tells how long a video is that was made here", async (path, lengthIn) => {
  const mock = kling();
  const { id } = await video(mock);
  const lengths = [];
  for (const body of [{ video_id: id }, { video_url: "https://example.com/clip.mp4" }])
    lengths.push(lengthIn((await post(mock, `/v1/videos/${path}`, body)).body.data as object));
  expect(lengths).toEqual([10_041, 5_041]);
});

describe("a task that goes on from a video", () => {
  it.each(["videoExtend", "videoToAudio", "advancedLipSync"])(
    "names it in every answer to a query: %s",
    async (name) => {
      const mock = kling();
      const parent = await video(mock);
      const bodies: Readonly<Record<string, () => Promise<readonly [string, object]>>> = {
        videoExtend: async () => ["/v1/videos/video-extend", { video_id: parent.id }],
        videoToAudio: async () => ["/v1/audio/video-to-audio", { video_id: parent.id }],
        advancedLipSync: async () => {
          const { data } = (await post(mock, "/v1/videos/identify-face", { video_id: parent.id })).body;
          const { session_id } = data as { session_id: string };
          return ["/v1/videos/advanced-lip-sync", { session_id, face_choose: faces }];
        },
      };
      const [path, body] = (await bodies[name]?.()) ?? ["", {}];
      const created = taskOf(await post(mock, path, { ...body, external_task_id: "next" }));
      expect(created.task_info).toEqual({ external_task_id: "next" });
      const running = await get(mock, `${path}/${created.task_id}`);
      expect(running.task_info).toEqual({ external_task_id: "next", parent_video: parent });
      mock.clock.advance(60_000);
      const [row] = (await ask(mock.fetch, "GET", path)).body.data as { task_info: object }[];
      expect(row?.task_info).toEqual(running.task_info);
      expect((await mock.fetch(parent.url)).status).toBe(200);
    },
  );

  it("names it as the request did where it was not made here, and does not tell of another account's", async () => {
    const mock = kling();
    const parent = await video(mock);
    const infoOf = async (body: object, key: string) => {
      const headers = { authorization: `Bearer ${key}` };
      const path = "/v1/audio/video-to-audio";
      const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body, headers }));
      return taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`, { headers })).task_info;
    };
    const url = "https://media.example.com/a.mp4";
    expect(await infoOf({ video_url: url }, "test-key")).toEqual({ parent_video: { url } });
    expect(await infoOf({ video_id: "5" }, "test-key")).toEqual({ parent_video: { id: "5" } });
    expect(await infoOf({ video_id: parent.id }, "other")).toEqual({ parent_video: { id: parent.id } });
  });

  it("names it in callbacks with all fields, and nothing else does", async () => {
    const { submit, push, arrivals, mock } = receiving({ dialect: "kling" });
    await submit();
    const url = "https://media.example.com/a.mp4";
    const body = { video_url: url, callback_url: "http://127.0.0.1:4999/hook" };
    await ask(mock.fetch, "POST", "/v1/audio/video-to-audio", { body });
    await push(20_000);
    const infos = arrivals.map(({ body: { task_info } }) => JSON.stringify(task_info));
    expect(new Set(infos)).toEqual(new Set(["{}", JSON.stringify({ parent_video: { url } })]));
  });
});

describe("an effect's video", () => {
  it("carries no duration, in queries and callbacks", async () => {
    const { push, arrivals, mock } = receiving({ dialect: "kling" });
    const body = {
      effect_scene: "bloombloom",
      input: { image: "https://media.example.com/a.png" },
      callback_url: "http://127.0.0.1:4999/hook",
    };
    const path = "/v1/videos/effects";
    const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body }));
    await push(20_000);
    const { task_result } = taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`));
    const told = arrivals.at(-1)?.body.task_result;
    for (const result of [task_result, told]) {
      const [made] = (result as { videos: object[] }).videos;
      expect(Object.keys(made ?? {})).toEqual(["id", "url"]);
    }
  });
});

describe("a result that a video made here decides", () => {
  const resultOf = async (mock: KlingMock, path: string, body: object) => {
    const { task_id } = taskOf(await post(mock, path, body));
    mock.clock.advance(60_000);
    const { task_result } = await get(mock, `${path}/${task_id}`);
    return task_result as { videos: { id: string; url: string; duration: string }[]; audios: object[] };
  };

  it("is as long as that, five seconds longer with each extension, also after a restore", async () => {
    const mock = kling();
    let { id } = await video(mock);
    expect(await resultOf(mock, "/v1/audio/video-to-audio", { video_id: id })).toMatchObject({
      videos: [{ duration: "10.1" }],
      audios: [{ duration_mp3: "10.0" }],
    });
    for (const duration of ["15.1", "20.1"]) {
      const [extended] = (await resultOf(mock, "/v1/videos/video-extend", { video_id: id })).videos;
      expect(extended?.duration).toBe(duration);
      id = extended?.id ?? "";
    }
    mock.restore(JSON.parse(JSON.stringify(mock.snapshot())));
    const [row] = (await ask(mock.fetch, "GET", "/v1/videos/video-extend")).body.data as { task_result: object }[];
    expect(row?.task_result).toMatchObject({ videos: [{ duration: "20.1" }] });
  });

  it("is not extended beyond three minutes", async () => {
    const mock = kling();
    let { id, duration } = await video(mock);
    const extensions = () => mock.ledger.charges.filter(({ operation }) => operation === "videoExtend").length;
    while (duration !== "180.1" && extensions() < 40) {
      const [extended] = (await resultOf(mock, "/v1/videos/video-extend", { video_id: id })).videos;
      ({ id, duration } = extended ?? { id, duration });
    }
    const { status, headers, body } = await post(mock, "/v1/videos/video-extend", { video_id: id });
    expect([status, body.code, headers.get("klingkit-unverified")]).toEqual([400, 1201, "video-too-long"]);
    expect(body.message).toBe("video_id is invalid: the video would be longer than 180 seconds");
    expect(extensions()).toBe(34);
  });

  it("costs what its length costs: each five seconds of a synced video", async () => {
    const mock = kling();
    const { id } = await video(mock);
    const input = { mode: "text2video", text: "Hi", voice_id: "oversea_male1", voice_language: "en" };
    await post(mock, "/v1/videos/lip-sync", { input: { ...input, video_id: id } });
    await post(mock, "/v1/videos/lip-sync", { input: { ...input, video_id: "5" } });
    const { session_id } = (await post(mock, "/v1/videos/identify-face", { video_id: id })).body.data as {
      session_id: string;
    };
    await post(mock, "/v1/videos/advanced-lip-sync", { session_id, face_choose: faces });
    const synced = mock.ledger.charges.filter(({ operation }) => /lipSync/i.test(operation));
    expect(synced.map(({ units }) => units)).toEqual([1, 0.5, 1]);
  });
});
