import klingApi from "./kling-api.mjs";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "ai + @ai-sdk/klingai",
  packages: ["ai@7.0.173", "@ai-sdk/klingai@4.0.31"],
  note: "Create and wait are one call. It sends an Idempotency-Key, which Kling does not know.",
  routes: klingApi.routes,
  answer: klingApi.answer,
  async client({ baseUrl, timeoutMs, load }) {
    const { experimental_generateVideo: generateVideo } = await load("ai");
    const { createKlingAI } = await load("@ai-sdk/klingai");
    const kling = createKlingAI({ accessKey: "bench-access-key", secretKey: "bench-secret-key", baseURL: baseUrl });
    return {
      async generate() {
        const made = await generateVideo({
          model: kling.video("kling-v2.6-t2v"),
          prompt: "A boat on a lake",
          providerOptions: { klingai: { pollIntervalMs: 100 } },
          poll: { intervalMs: 100 },
          abortSignal: AbortSignal.timeout(timeoutMs),
          download: async () => ({ data: new Uint8Array(8), mediaType: "video/mp4" }),
        });
        return made.providerMetadata;
      },
    };
  },
};
