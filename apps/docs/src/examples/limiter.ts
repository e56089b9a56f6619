import { createKlingClient, createLimiter } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

// This key's account runs one task of a model at a time; a second one is refused with 1303.
const mock = createMock();
const limiter = createLimiter(); // the number is not given, so it is learned from the refusals
const kling = createKlingClient({ apiKey: "test-one-slot", fetch: mock.fetch, limiter });
// The second submit waits until the first task has ended, about three simulated seconds.

const prompts = ["The steam rises", "The camera turns"];
const tasks = await Promise.all(
  prompts.map((prompt) => kling.image2video.generate({ model_name: "kling-v2-6", image: picture, prompt })),
);

for (const { task_id, task_status } of tasks) console.log(task_id, task_status);
const refused = mock.requests.list().filter(({ status }) => status === 429).length;
console.log(`${refused} refused, which cost nothing; ${mock.ledger.charges.length} charged`);
