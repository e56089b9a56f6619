import { describe, expect, it } from "vitest";
import { ask, frozenMock, taskOf } from "./helpers.js";

const kling = () => frozenMock({ dialect: "kling" });
const clip = { model_name: "kling-v3", prompt: "a", external_task_id: "shot-1" };
const speech = { text: "Hi", voice_id: "oversea_male1", voice_language: "en", external_task_id: "shot-1" };
const lips = {
  external_task_id: "shot-1",
  input: {
    video_url: "https://media.example.com/a.mp4",
    mode: "text2video",
    text: "Hi",
    voice_id: "oversea_male1",
    voice_language: "en",
  },
};

describe("an external_task_id", () => {
  it.each([
    ["/v1/audio/tts", speech],
    ["/v1/videos/lip-sync", lips],
  ])("is not taken by an operation that has none, so that others can have it: %s", async (path, body) => {
    const mock = kling();
    for (const _ of [1, 2]) expect((await ask(mock.fetch, "POST", path, { body })).status).toBe(200);
    const created = await ask(mock.fetch, "POST", "/v1/videos/text2video", { body: clip });
    expect(created.status, JSON.stringify(created.body)).toBe(200);
    const found = taskOf(await ask(mock.fetch, "GET", "/v1/videos/text2video/shot-1"));
    expect(found.task_id).toBe(taskOf(created).task_id);
  });

  it("is free again when its task is no longer kept: what no query finds does not exist", async () => {
    const mock = kling();
    const path = "/v1/videos/text2video";
    const create = () => ask(mock.fetch, "POST", path, { body: clip });
    const first = taskOf(await create()).task_id;
    mock.clock.advance(29 * 24 * 3_600_000);
    expect((await create()).status).toBe(400);
    mock.clock.advance(2 * 24 * 3_600_000);
    expect((await ask(mock.fetch, "GET", `${path}/shot-1`)).status).toBe(400);
    const second = taskOf(await create()).task_id;
    expect(second).not.toBe(first);
    expect(taskOf(await ask(mock.fetch, "GET", `${path}/shot-1`)).task_id).toBe(second);
  });

  it.each([
    ["/v1/general/ai-multi-shot", { element_frontal_image: "https://media.example.com/a.png" }],
    [
      "/v1/videos/advanced-lip-sync",
      {
        session_id: "5",
        face_choose: [
          {
            face_id: "0",
            sound_file: "https://media.example.com/a.mp3",
            sound_start_time: 0,
            sound_end_time: 2000,
            sound_insert_time: 0,
          },
        ],
      },
    ],
  ])("finds no task where Kling names the task id alone, and stays one of a kind: %s", async (path, body) => {
    const mock = kling();
    const create = () => ask(mock.fetch, "POST", path, { body: { ...body, external_task_id: "shot-1" } });
    const created = await create();
    expect(taskOf(created).task_info).toEqual({ external_task_id: "shot-1" });
    expect((await ask(mock.fetch, "GET", `${path}/shot-1`)).body).toMatchObject({ code: 1201 });
    expect((await ask(mock.fetch, "GET", `${path}/${taskOf(created).task_id}`)).status).toBe(200);
    expect((await create()).body).toMatchObject({ message: "External_task_id shot-1 already exists" });
  });
});
