import { describe, expect, it } from "vitest";
import { ask, frozenMock, image2video, minimal, taskOf } from "./helpers.js";

/** The result of a task, as the simulator answers once it has ended. */
async function resultOf(path: string, body: object) {
  const mock = frozenMock({ dialect: "kling", discontinued: "accept" });
  const { task_id } = taskOf(await ask(mock.fetch, "POST", path, { body }));
  mock.clock.advance(60_000);
  const task = taskOf(await ask(mock.fetch, "GET", `${path}/${task_id}`));
  return { id: BigInt(task_id), result: task.task_result as Record<string, readonly Record<string, unknown>[]> };
}

const file = (extension: string) => expect.stringMatching(new RegExp(`^https://.*\\.${extension}\\?`));
const id = expect.stringMatching(/^\d{18}$/);

describe("what a task has made", () => {
  it("a voice has its name, a trial and its owner", async () => {
    const path = "/v1/general/custom-voices";
    const { result } = await resultOf(path, { voice_name: "narrator", voice_url: "https://example.com/v.wav" });
    const voice = { voice_id: id, voice_name: "narrator", trial_url: file("mp3"), owned_by: "account-1" };
    expect(result).toEqual({ voices: [voice] });
  });

  it("an element has the words, pictures and tags it was asked for with", async () => {
    const words = { element_name: "hero", element_description: "a young knight", reference_type: "image_refer" };
    const element_image_list = {
      frontal_image: "https://example.com/f.png",
      refer_images: [{ image_url: "https://example.com/r.png" }],
    };
    const path = "/v1/general/advanced-custom-elements";
    const tag_list = [{ tag_id: "o_102" }];
    const { result } = await resultOf(path, { ...words, element_image_list, tag_list });
    const lists = {
      element_image_list: { frontal_image: file("png"), refer_images: [{ image_url: file("png") }] },
      tag_list,
    };
    expect(result).toEqual({
      elements: [{ ...words, ...lists, element_id: id, owned_by: "account-1", status: "succeed" }],
    });
  });

  it("an element made of a video shows the video, and no pictures", async () => {
    const words = { element_name: "hero", element_description: "a young knight", reference_type: "video_refer" };
    const given = { refer_videos: [{ video_url: "https://example.com/v.mp4" }] };
    const path = "/v1/general/advanced-custom-elements";
    const { result } = await resultOf(path, { ...words, element_video_list: given });
    const element_video_list = { refer_videos: [{ video_url: file("mp4") }] };
    expect(result).toEqual({
      elements: [{ ...words, element_video_list, element_id: id, owned_by: "account-1", status: "succeed" }],
    });
  });

  it("several shots are nine pictures in threes, each another", async () => {
    const path = "/v1/general/ai-multi-shot";
    const { result } = await resultOf(path, { element_frontal_image: "https://example.com/front.png" });
    const shots = [0, 1, 2].map((index) => ({ index, url_1: file("png"), url_2: file("png"), url_3: file("png") }));
    expect(result).toEqual({ images: shots });
    const addresses = result.images?.flatMap(({ url_1, url_2, url_3 }) => [url_1, url_2, url_3]) ?? [];
    expect(new Set(addresses).size).toBe(9);
    // Kind and place are the four digits behind the task's own sixteen.
    const places = addresses.map((address) => /\/[0-9a-f]{16}([0-9a-f]{4})/.exec(String(address))?.[1]);
    expect(places).toEqual(["0200", "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208"]);
  });

  it("a sound comes as MP3 and as WAV, under an id of its own beside the video's", async () => {
    const sound = await resultOf("/v1/audio/text-to-audio", { prompt: "rain", duration: 5 });
    const audio = { id, url_mp3: file("mp3"), url_wav: file("wav"), duration_mp3: "5.0", duration_wav: "5.0" };
    expect(sound.result).toEqual({ audios: [audio] });
    const both = await resultOf("/v1/audio/video-to-audio", { video_url: "https://example.com/clip.mp4" });
    const [video, track] = [both.result.videos?.[0]?.id, both.result.audios?.[0]?.id].map((text) =>
      BigInt(String(text)),
    );
    expect(track).toBeGreaterThan(video ?? 0n);
    expect(video).toBeGreaterThan(both.id);
  });

  it("an edited video says which session it came from, another none", async () => {
    const edit = { session_id: "8", edit_mode: "removal", prompt: "Delete the car from <<<video_1>>>" };
    const edited = await resultOf("/v1/videos/multi-elements", edit);
    expect(edited.result.videos?.[0]).toEqual({ id, url: file("mp4"), duration: "5.1", session_id: "8" });
    const other = await resultOf(image2video.kling, minimal);
    expect(other.result).toEqual({ videos: [{ id, url: file("mp4"), duration: "5.1" }] });
  });

  it("has a second address with a watermark where it was asked for, and only there", async () => {
    const path = "/v1/images/omni-image";
    const addresses = async (more: object) => {
      const { result } = await resultOf(path, { prompt: "a cup", ...more });
      return result.images?.map(({ url, watermark_url }) => [url, watermark_url]);
    };
    for (const watermark_info of [undefined, { enabled: false }])
      expect(await addresses({ watermark_info })).toEqual([[file("png"), undefined]]);
    const [[plain, marked] = []] = (await addresses({ watermark_info: { enabled: true } })) ?? [];
    expect([plain, marked]).toEqual([file("png"), file("png")]);
    expect(marked).not.toBe(plain);
  });
});
