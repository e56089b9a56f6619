const words = { submitted: "queued", processing: "in_progress", succeed: "completed" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "openai",
  packages: ["openai@6.49.0"],
  routes: { create: "POST /v1/videos", poll: "GET /v1/videos/:id" },
  answer: ({ id, status }) => ({ id, object: "video", status: words[status], progress: 0 }),
  async client({ baseUrl, timeoutMs, load }) {
    const { default: OpenAI } = await load("openai");
    const { videos } = new OpenAI({ baseURL: `${baseUrl}/v1`, apiKey: "bench-key", timeout: timeoutMs });
    return {
      create: async () => (await videos.create({ prompt: "A boat on a lake" })).id,
      poll: async (id) => (await videos.retrieve(id)).status === "completed",
    };
  },
};
