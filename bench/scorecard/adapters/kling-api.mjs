/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "kling-api",
  packages: ["kling-api@1.0.0"],
  note: "It asks https addresses only: its axios instance is given another after it was made.",
  routes: { create: "POST /v1/videos/text2video", poll: "GET /v1/videos/text2video/:id" },
  answer: ({ id, status, url }) => {
    const videos = url ? [{ id, url, duration: "5" }] : [];
    return { code: 0, message: "SUCCEED", data: { task_id: id, task_status: status, task_result: { videos } } };
  },
  async client({ baseUrl, timeoutMs, load }) {
    const { KlingAPI } = await load("kling-api");
    const keys = { accessKey: "bench-access-key-0001", secretKey: "bench-secret-key-0001" };
    const api = new KlingAPI({ ...keys, timeout: timeoutMs });
    api.client.defaults.baseURL = baseUrl;
    const request = { prompt: "A boat on a lake", model_name: "kling-v2-6", duration: "5" };
    return {
      create: async () => (await api.textToVideo(request)).data?.task_id,
      wait: (id) => api.waitForVideoResult(id, undefined, { pollInterval: 100, showSpinner: false }),
    };
  },
};
