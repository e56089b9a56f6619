const words = { submitted: "queued", processing: "dreaming", succeed: "completed" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "lumaai",
  packages: ["lumaai@1.19.1"],
  routes: { create: "POST /generations/video", poll: "GET /generations/:id" },
  answer: ({ id, status, url }) => ({ id, state: words[status], assets: { video: url } }),
  async client({ baseUrl, timeoutMs, load }) {
    const { default: LumaAI } = await load("lumaai");
    const { generations } = new LumaAI({ baseURL: baseUrl, authToken: "bench-key", timeout: timeoutMs });
    return {
      create: async () => (await generations.create({ prompt: "A boat on a lake", model: "ray-2" })).id,
      poll: async (id) => (await generations.get(id)).state === "completed",
    };
  },
};
