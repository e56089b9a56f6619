const picture = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg", prompt: "A boat on a lake" };
const path = "/kling/v1/videos/image2video";

/** @type {import("../adapter.mjs").Adapter} */
export default {
  name: "klingkit, kling.http",
  packages: [],
  note: "The raw requests: sent once, with the caller's own external_task_id, and never sent again.",
  async client({ baseUrl, timeoutMs, load }) {
    const { createKlingClient } = await load("@klingkit/core");
    const { http } = createKlingClient({ apiKey: "bench-key", baseUrl, submitTimeoutMs: timeoutMs });
    return {
      async create() {
        const { data } = await http.POST(path, { body: { ...picture, external_task_id: "order-1" } });
        return data.data.task_id;
      },
      async poll(id) {
        const { data } = await http.GET(`${path}/{id}`, { params: { path: { id } } });
        return data.data.task_status === "succeed";
      },
    };
  },
};
