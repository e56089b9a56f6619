const words = { submitted: "created", processing: "processing", succeed: "completed" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "wavespeed",
  packages: ["wavespeed@0.3.2"],
  note: "It shows the task's id only with the result, so create and wait are one call of its inner methods.",
  routes: { create: "POST /api/v3/kling/video", poll: "GET /api/v3/predictions/:id/result" },
  answer: ({ id, status, url }) => ({ data: { id, status: words[status], outputs: url ? [url] : [] } }),
  async client({ baseUrl, timeoutMs, load }) {
    const { Client } = await load("wavespeed");
    const client = new Client("bench-key", { baseUrl, timeout: timeoutMs / 1_000 });
    return {
      create: async () => (await client._submit("kling/video", { prompt: "A boat on a lake" }))[0],
      wait: (id) => client._wait(id, 30, 0.1),
    };
  },
};
