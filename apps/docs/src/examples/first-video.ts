import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock(); // the provider, simulated in this page
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

const task = await kling.image2video.generate(
  { model_name: "kling-v2-6", image: picture, prompt: "The steam rises" },
  { onStatus: ({ task_status }) => console.log(task_status) },
);

console.log(`${task.task_result?.videos?.[0]?.duration} s of video`);
console.log(`${mock.ledger.total} simulated units; you pay nothing`);
