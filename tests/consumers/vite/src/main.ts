import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { createBrowserRenderer } from "@klingkit/mock-server/browser";

const mock = createMock({ renderer: createBrowserRenderer() });
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
const task = await kling.text2video.generate({ model_name: "kling-v3", prompt: "A boat on a lake" });
const output = document.querySelector("output");
if (output) output.textContent = task.task_status;
