const endpoint = "/fal-ai/kling-video";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "ai + @ai-sdk/fal",
  packages: ["ai@6.0.325", "@ai-sdk/fal@2.0.59"],
  note: "Create and wait are one call.",
  routes: { create: `POST ${endpoint}`, poll: `GET ${endpoint}/requests/:id` },
  // A task that is not done is told by a status that is no success.
  httpStatus: (status, to) => (to === "create" || status === "succeed" ? 200 : 400),
  answer({ id, status, url }, to) {
    if (to === "create") return { request_id: id, response_url: `https://queue.fal.run${endpoint}/requests/${id}` };
    return status === "succeed"
      ? { video: { url, content_type: "video/mp4" } }
      : { detail: "Request is still in progress" };
  },
  async client({ baseUrl, timeoutMs, load }) {
    const { experimental_generateVideo: generateVideo } = await load("ai");
    const { createFal } = await load("@ai-sdk/fal");
    const here = (url, init) => fetch(baseUrl + new URL(url).pathname, init);
    const model = createFal({ apiKey: "bench-key", fetch: here }).video("kling-video");
    return {
      async generate() {
        const settings = {
          providerOptions: { fal: { pollIntervalMs: 100 } },
          abortSignal: AbortSignal.timeout(timeoutMs),
        };
        let address;
        const download = async ({ url }) => {
          address = String(url);
          return { data: new Uint8Array(8), mediaType: "video/mp4" };
        };
        await generateVideo({ model, prompt: "A boat on a lake", ...settings, download });
        return address;
      },
    };
  },
};
