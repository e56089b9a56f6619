const words = { submitted: "starting", processing: "processing", succeed: "succeeded" };

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "replicate",
  packages: ["replicate@1.4.0"],
  note: "It has no time-out for a create: it is given an AbortSignal.",
  routes: { create: "POST /v1/predictions", poll: "GET /v1/predictions/:id" },
  answer: ({ id, status, url }) => ({ id, status: words[status], output: url ?? null }),
  async client({ baseUrl, timeoutMs, load }) {
    const { default: Replicate } = await load("replicate");
    const replicate = new Replicate({ baseUrl: `${baseUrl}/v1`, auth: "bench-key" });
    const version = "0".repeat(64);
    return {
      async create() {
        const signal = AbortSignal.timeout(timeoutMs);
        return (await replicate.predictions.create({ version, input: { prompt: "A boat on a lake" }, signal })).id;
      },
      wait: (id) => replicate.wait({ id, status: "starting" }, { interval: 100 }),
    };
  },
};
