import { createMock, createTinyRenderer, type Renderer } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, coffee, frozenMock, taskOf } from "./helpers.js";

const sound = "https://media.example.com/a.mp3";
const picture = "https://media.example.com/a.png";
const video = "https://media.example.com/a.mp4";

/** A finished task of the dialect `kling`: its videos, its cost, and what the renderer was asked for. */
async function made(path: string, body: Record<string, unknown>) {
  const lengths: number[] = [];
  const sides: number[] = [];
  const shapes: (number | undefined)[] = [];
  const tiny = createTinyRenderer();
  const renderer: Renderer = {
    ...tiny,
    render: (request) => {
      lengths.push(request.durationSeconds);
      sides.push(request.longSide);
      shapes.push(request.aspectRatio);
      return tiny.render(request);
    },
  };
  const mock = frozenMock({ dialect: "kling", discontinued: "accept", renderer, render: "full" });
  const created = await ask(mock.fetch, "POST", path, { body });
  expect(created.status, JSON.stringify(created.body)).toBe(200);
  mock.clock.advance(60_000);
  const { task_result } = taskOf(await ask(mock.fetch, "GET", `${path}/${taskOf(created).task_id}`));
  const { videos } = task_result as { videos: readonly Record<string, string>[] };
  expect((await mock.fetch(videos[0]?.url ?? "")).status).toBe(200);
  const [seconds, longSide, aspectRatio, charge] = [lengths[0], sides[0], shapes[0], mock.ledger.charges[0]];
  return { video: videos[0], seconds, longSide, aspectRatio, units: charge?.units };
}

describe("a field `duration` that the operation does not know", () => {
  const hostile = { duration: 100_000_000 };

  it.each([
    ["/v1/videos/avatar/image2video", { image: picture, sound_file: sound, ...hostile }, 2],
    [
      "/v1/videos/motion-control",
      { image_url: picture, video_url: video, character_orientation: "video", mode: "std", ...hostile },
      2.5,
    ],
    ["/v1/videos/video-extend", { video_id: "1", ...hostile }, null],
    [
      "/v1/videos/lip-sync",
      {
        input: { video_url: video, mode: "text2video", text: "a", voice_id: "oversea_male1", voice_language: "en" },
        ...hostile,
      },
      0.5,
    ],
  ])("neither ends the simulator when the video is fetched nor makes it dearer: %s", async (path, body, units) => {
    expect(await made(path, body)).toMatchObject({ seconds: 5, units });
  });

  it("counts for nothing where a video is edited: the result is as long as that", async () => {
    const body = {
      model_name: "kling-v3-omni",
      prompt: "Snow in <<<video_1>>>",
      video_list: [{ video_url: video, refer_type: "base" }],
      duration: "15",
    };
    expect(await made("/v1/videos/omni-video", body)).toMatchObject({ seconds: 5, units: 6 });
    const feature = { ...body, video_list: [{ video_url: video, refer_type: "feature" }], aspect_ratio: "16:9" };
    expect(await made("/v1/videos/omni-video", feature)).toMatchObject({ seconds: 15, units: 18 });
  });

  it("in a snapshot's task does not make a file that fills the memory", async () => {
    const mock = frozenMock({ dialect: "kling" });
    await ask(mock.fetch, "POST", "/v1/videos/text2video", { body: { model_name: "kling-v3", prompt: "a" } });
    mock.clock.advance(60_000);
    const { tasks, ...others } = mock.snapshot();
    mock.restore({ ...others, tasks: tasks.map((task) => ({ ...task, request: { duration: "1e9" } })) });
    const { data } = (await ask(mock.fetch, "GET", "/v1/videos/text2video")).body;
    const [task] = data as readonly { task_result: { videos: { url: string; duration: string }[] } }[];
    expect(task?.task_result.videos[0]?.duration).toBe("5.1");
    const file = await mock.fetch(task?.task_result.videos[0]?.url ?? "");
    expect((await file.arrayBuffer()).byteLength).toBeLessThan(20_000);
  });
});

describe("a result", () => {
  it("of an effect is as long as its input says", async () => {
    const input = { image: picture, duration: "10" };
    expect(await made("/v1/videos/effects", { effect_scene: "bloombloom", input })).toMatchObject({ seconds: 10 });
  });

  it.each([
    ["/v1/videos/omni-video", { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "16:9" }, 1920],
    ["/v1/videos/text2video", { model_name: "kling-v3", prompt: "a" }, 1280],
    ["/v1/videos/text2video", { model_name: "kling-v3", prompt: "a", mode: "pro" }, 1920],
    ["/v1/videos/effects", { effect_scene: "bloombloom", input: { image: picture, mode: "pro" } }, 1920],
  ])(
    "is as large as the mode says, which is the operation's default where none is named: %s %j",
    async (path, body, longSide) => {
      expect(await made(path, body)).toMatchObject({ longSide });
    },
  );

  it.each([
    ["/v1/videos/text2video", { model_name: "kling-v3", prompt: "a", aspect_ratio: "9:16" }, 9 / 16],
    ["/v1/videos/text2video", { model_name: "kling-v3", prompt: "a" }, 16 / 9],
    ["/v1/videos/omni-video", { model_name: "kling-v3-omni", prompt: "a", aspect_ratio: "1:1" }, 1],
    ["/v1/videos/image2video", { model_name: "kling-v3", image: picture, aspect_ratio: "9:16" }, 16 / 9],
  ])("has the shape that was asked for, where its operation takes one: %s %j", async (path, body, aspectRatio) => {
    expect(await made(path, body)).toMatchObject({ aspectRatio });
  });

  it("keeps the shape of a picture that was sent", async () => {
    const image_list = [{ image: coffee }, { image: coffee }];
    const body = { model_name: "kling-v1-6", prompt: "a", image_list, aspect_ratio: "9:16" };
    expect((await made("/v1/videos/multi-image2video", body)).aspectRatio).toBeUndefined();
  });

  it("names a session only where a session was edited: advanced-lip-sync does not", async () => {
    const face = { face_id: "0", sound_file: sound, sound_start_time: 0, sound_end_time: 2000, sound_insert_time: 0 };
    const synced = await made("/v1/videos/advanced-lip-sync", { session_id: "5", face_choose: [face] });
    expect(synced.video).not.toHaveProperty("session_id");
    const edit = { session_id: "5", edit_mode: "removal", prompt: "No car in <<<video_1>>>" };
    expect((await made("/v1/videos/multi-elements", edit)).video).toMatchObject({ session_id: "5" });
  });

  it("of speech lasts as long as its answer says", async () => {
    const mock = createMock({ dialect: "kling" });
    for (const text of ["Hi", "A longer text, which takes about four seconds to say aloud."]) {
      const body = { text, voice_id: "oversea_male1", voice_language: "en" };
      const { task_result } = taskOf(await ask(mock.fetch, "POST", "/v1/audio/tts", { body }));
      const [audio] = (task_result as { audios: { url: string; duration: string }[] }).audios;
      const bytes = await (await mock.fetch(audio?.url ?? "")).arrayBuffer();
      // 417 bytes a frame of 1152 samples, at 44.1 kHz.
      expect(((bytes.byteLength / 417) * 1152) / 44_100).toBeCloseTo(Number(audio?.duration), 1);
    }
  });
});

it("a `mode` that the operation does not know does not keep its video from being made", async () => {
  const body = { video_id: "1", mode: { toString: "no function" } };
  const asUsual = await made("/v1/videos/video-extend", { video_id: "1" });
  expect((await made("/v1/videos/video-extend", body)).longSide).toBe(asUsual.longSide);
  expect((await made("/v1/videos/video-extend", { ...body, mode: "pro" })).longSide).toBe(asUsual.longSide);
});
