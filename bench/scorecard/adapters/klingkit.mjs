const picture = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg", prompt: "A boat on a lake" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "klingkit",
  packages: [],
  async client({ baseUrl, timeoutMs, load }) {
    const { createKlingClient } = await load("@klingkit/core");
    const kling = createKlingClient({ apiKey: "bench-key", baseUrl, submitTimeoutMs: timeoutMs });
    return {
      create: async () => (await kling.image2video.submit(picture)).task_id,
      wait: (id) => kling.image2video.wait(id),
    };
  },
};
