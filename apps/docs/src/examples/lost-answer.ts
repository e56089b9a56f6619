import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
// The connection is cut after the create was accepted: a task exists, but the answer with its id is lost.
mock.rules.add({ match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 });

const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
const task = await kling.image2video.generate({ model_name: "kling-v2-6", image: picture, prompt: "Zoom in" });

console.log(`${task.task_id} is the task that was lost, found by ${task.external_task_id}`);
console.log(`charges: ${mock.ledger.charges.length}`);
