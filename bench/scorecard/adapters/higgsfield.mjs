const words = { submitted: "queued", processing: "in_progress", succeed: "completed" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "@higgsfield/client",
  packages: ["@higgsfield/client@0.2.6"],
  routes: { create: "POST /v1/image2video/kling", poll: "GET /v1/job-sets/:id" },
  answer: ({ id, status }) => ({ id, jobs: [{ id, status: words[status], results: null }] }),
  async client({ baseUrl, timeoutMs, load }) {
    const { HiggsfieldClient } = await load("@higgsfield/client");
    const settings = { apiKey: "bench-key", apiSecret: "bench-secret", timeout: timeoutMs, pollInterval: 100 };
    const client = new HiggsfieldClient({ ...settings, baseURL: baseUrl });
    let made;
    return {
      async create() {
        made = await client.generate("/v1/image2video/kling", { prompt: "A boat" }, { withPolling: false });
        return made.id;
      },
      wait: () => made.poll(client.client, client.config),
    };
  },
};
