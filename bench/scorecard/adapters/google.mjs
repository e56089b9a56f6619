const model = "veo-2.0-generate-001";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "@google/genai",
  packages: ["@google/genai@2.32.0"],
  note: "Retries are off unless they are asked for.",
  routes: {
    create: `POST /v1beta/models/${model}:predictLongRunning`,
    poll: `GET /v1beta/models/${model}/operations/:id`,
  },
  answer: ({ id, status }) => ({ name: `models/${model}/operations/${id}`, done: status === "succeed" }),
  async client({ baseUrl, timeoutMs, load }) {
    const { GoogleGenAI } = await load("@google/genai");
    const ai = new GoogleGenAI({ apiKey: "bench-key", httpOptions: { baseUrl, timeout: timeoutMs } });
    let operation;
    return {
      async create() {
        operation = await ai.models.generateVideos({ model, source: { prompt: "A boat on a lake" } });
        return operation.name;
      },
      async poll() {
        operation = await ai.operations.getVideosOperation({ operation });
        return operation.done;
      },
    };
  },
};
