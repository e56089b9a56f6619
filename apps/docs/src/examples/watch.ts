import { createKlingClient, watch } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";

const mock = createMock();
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

const prompts = ["A boat on a lake", "A train in the snow", "A kite [[scenario=risk-control]]"];
const tasks = await Promise.all(prompts.map((prompt) => kling.text2video.submit({ model_name: "kling-v2-6", prompt })));

// All of them together ask five times a second at most.
for await (const { handle, task, error } of watch(kling, tasks, { requestsPerSecond: 5 })) {
  console.log(handle.task_id, error?.message ?? task?.task_status);
}
