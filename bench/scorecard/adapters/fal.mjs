const words = { submitted: "IN_QUEUE", processing: "IN_PROGRESS", succeed: "COMPLETED" };
const endpoint = "fal-ai/kling-video";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "@fal-ai/client",
  packages: ["@fal-ai/client@1.10.1"],
  note: "It has no time-out for a submit: it is given an AbortSignal.",
  routes: { create: `POST /${endpoint}`, poll: `GET /${endpoint}/requests/:id/status` },
  answer: ({ id, status }) => ({ request_id: id, status: words[status], queue_position: 0, logs: [] }),
  async client({ baseUrl, timeoutMs, load }) {
    const { createFalClient } = await load("@fal-ai/client");
    // Its addresses are fixed; what they are is seen only where they are fetched.
    const here = (url, init) => fetch(baseUrl + new URL(url).pathname, init);
    const fal = createFalClient({ credentials: "bench-key", fetch: here });
    return {
      async create() {
        const abortSignal = AbortSignal.timeout(timeoutMs);
        const input = { prompt: "A boat on a lake" };
        return (await fal.queue.submit(endpoint, { input, abortSignal })).request_id;
      },
      wait: (requestId) => fal.queue.subscribeToStatus(endpoint, { requestId, pollInterval: 100 }),
    };
  },
};
