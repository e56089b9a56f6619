import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";

const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

const task = await kling.imageGenerations.generate({ model_name: "kling-v2-1", prompt: "Hills at dusk" });
console.log(task.task_result?.images?.[0]?.url);
