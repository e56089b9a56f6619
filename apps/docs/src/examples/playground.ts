import { createKlingClient } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { createMock } from "@klingkit/mock-server";

// Everything can be changed. Faults and time are set above; `[[code=1303]]` in a prompt steers a single task.
const mock = createMock({ seed: 7 });
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch, preflight });

const prompts = ["A boat on a lake", "A train in the snow", "A kite over dunes"];
const tasks = await Promise.all(
  prompts.map((prompt) => kling.text2video.generate({ model_name: "kling-v2-6", prompt })),
);

for (const task of tasks) console.log(task.task_id, task.task_result?.videos?.[0]?.duration);
console.log(`${mock.ledger.charges.length} charges, ${mock.ledger.total} units`);
