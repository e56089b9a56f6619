const words = { submitted: "PENDING", processing: "RUNNING", succeed: "SUCCEEDED" };
const request = { model: "gen4_turbo", promptImage: "https://example.com/picture.jpg", ratio: "1280:720" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "@runwayml/sdk",
  packages: ["@runwayml/sdk@4.20.1"],
  routes: { create: "POST /v1/image_to_video", poll: "GET /v1/tasks/:id" },
  answer: ({ id, status, url }) => ({ id, status: words[status], createdAt: new Date().toISOString(), output: [url] }),
  async client({ baseUrl, timeoutMs, load }) {
    const { default: RunwayML } = await load("@runwayml/sdk");
    const runway = new RunwayML({ baseURL: baseUrl, apiKey: "bench-key", timeout: timeoutMs });
    return {
      create: async () => (await runway.imageToVideo.create(request)).id,
      wait: (id) => runway.tasks.retrieve(id).waitForTaskOutput(),
    };
  },
};
