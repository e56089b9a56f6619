const words = { submitted: "queued", processing: "running", succeed: "succeeded" };
const graph = { 1: { class_type: "KlingImage2VideoNode", inputs: {} } };
const at = "2026-01-01T00:00:00Z";
const unknown = { started_at: null, completed_at: null, queue_position: null, progress: null, error: null };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "@comfyorg/sdk",
  packages: ["@comfyorg/sdk@0.1.9"],
  note: "It sends an Idempotency-Key, which Kling does not know.",
  routes: { create: "POST /api/v2/jobs", poll: "GET /api/v2/jobs/:id" },
  httpStatus: (_, to) => (to === "create" ? 201 : 200),
  answer: ({ id, status }) => {
    const urls = {
      self: `/api/v2/jobs/${id}`,
      cancel: `/api/v2/jobs/${id}/cancel`,
      events: `/api/v2/jobs/${id}/events`,
    };
    return { id, status: words[status], created_at: at, expires_at: at, ...unknown, outputs: [], urls };
  },
  async client({ baseUrl, timeoutMs, load }) {
    const { Comfy } = await load("@comfyorg/sdk");
    // Its address comes from the environment, which all clients of a process share.
    const here = (url, init) => fetch(baseUrl + new URL(url).pathname, init);
    const comfy = new Comfy({ apiKey: "bench-key", timeoutMs, fetch: here });
    let job;
    return {
      async create() {
        job = await comfy.submit(comfy.workflows.fromJson(graph), { signal: AbortSignal.timeout(timeoutMs) });
        return job.id;
      },
      wait: () => job.result(),
    };
  },
};
