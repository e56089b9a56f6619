import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";

export default {
  async fetch(): Promise<Response> {
    const kling = createKlingClient({ apiKey: "anything", fetch: createMock().fetch });
    const task = await kling.text2video.generate({ model_name: "kling-v3", prompt: "A boat on a lake" });
    return new Response(task.task_status);
  },
};
