import type { Renderer } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";
import { ask, coffee, frozenMock, image2video, taskOf } from "./helpers.js";

const bytesOfOne = (value: number) => Buffer.alloc(30_000, value).toString("base64");
/** A PNG of 5 by 5 pixels, from the provider's own page. */
const tiny =
  "iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==";

const omni = (image: string) => ({
  model_name: "kling-v3-omni",
  prompt: "A cup like <<<image_1>>>",
  aspect_ratio: "16:9",
  image_list: [{ image_url: image }],
});
/** Requests with something as base64, by what differs. */
const requests: readonly (readonly [string, string, (media: string) => Record<string, unknown>])[] = [
  ["a picture", image2video.kling, (media) => ({ model_name: "kling-v3", image: media })],
  ["an end frame", image2video.kling, (media) => ({ model_name: "kling-v3", image: coffee, image_tail: media })],
  ["a picture in a list", "/v1/videos/omni-video", omni],
  ["a picture in `input`", "/v1/videos/effects", (media) => ({ effect_scene: "bloombloom", input: { image: media } })],
  [
    "a sound",
    "/v1/videos/avatar/image2video",
    (media) => ({ image: "https://media.example.com/a.png", sound_file: media }),
  ],
  [
    "a sound in a list",
    "/v1/videos/advanced-lip-sync",
    (media) => ({
      session_id: "5",
      face_choose: [
        { face_id: "0", sound_file: media, sound_start_time: 0, sound_end_time: 2000, sound_insert_time: 0 },
      ],
    }),
  ],
];

describe("requests that hold base64", () => {
  it.each(requests)(
    "and differ only in %s of the same length are no duplicate charge; the same one is",
    async (_, path, body) => {
      const mock = frozenMock({ dialect: "kling" });
      const create = async (value: number) => {
        const answer = await ask(mock.fetch, "POST", path, { body: body(bytesOfOne(value)) });
        expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      };
      await create(1);
      await create(2);
      expect(mock.ledger.duplicates.size).toBe(0);
      await create(2);
      expect(mock.ledger.duplicates.size).toBe(1);
    },
  );

  it.each(requests)("are kept without it, in tasks and snapshots: %s", async (_, path, body) => {
    const mock = frozenMock({ dialect: "kling" });
    const media = bytesOfOne(3);
    await ask(mock.fetch, "POST", path, { body: body(media) });
    const [task] = [...mock.tasks.newestFirst()];
    expect(JSON.stringify(task?.request)).toContain(`base64 of ${media.length} characters, `);
    expect(JSON.stringify(mock.snapshot().tasks)).not.toContain(media.slice(0, 1_000));
  });
});

describe("a picture in a list", () => {
  it("fails its task if it is too small, as one beside it does", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const { task_id } = taskOf(await ask(mock.fetch, "POST", "/v1/videos/omni-video", { body: omni(tiny) }));
    mock.clock.advance(1_650);
    expect(taskOf(await ask(mock.fetch, "GET", `/v1/videos/omni-video/${task_id}`))).toMatchObject({
      task_status: "failed",
      task_status_msg: "Image pixel is invalid",
    });
    const strict = frozenMock({ dialect: "kling", unfitPictures: "refuse" });
    const refused = await ask(strict.fetch, "POST", "/v1/videos/omni-video", { body: omni(tiny) });
    expect(refused.body).toMatchObject({ code: 1201, message: expect.stringContaining("image_list[0].image_url") });
  });

  it("is refused if it is a data URL, as Kling refuses it", async () => {
    const mock = frozenMock({ dialect: "kling" });
    const body = omni(`data:image/png;base64,${coffee}`);
    expect((await ask(mock.fetch, "POST", "/v1/videos/omni-video", { body })).body).toMatchObject({
      code: 1201,
      message: "File is not in a valid base64 format",
    });
  });

  it("is what the video is rendered from", async () => {
    const images: (Uint8Array | undefined)[] = [];
    const renderer: Renderer = {
      render: async ({ image }) => {
        images.push(image);
        return new Uint8Array(1);
      },
      renderPicture: async () => new Uint8Array(1),
    };
    const mock = frozenMock({ dialect: "kling", renderer });
    const { task_id } = taskOf(await ask(mock.fetch, "POST", "/v1/videos/omni-video", { body: omni(coffee) }));
    mock.clock.advance(60_000);
    const { task_result } = taskOf(await ask(mock.fetch, "GET", `/v1/videos/omni-video/${task_id}`));
    await mock.fetch((task_result as { videos: { url: string }[] }).videos[0]?.url ?? "");
    expect(Buffer.from(images[0] ?? []).toString("base64")).toBe(coffee);
  });
});
