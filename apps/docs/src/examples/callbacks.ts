import { createKlingClient } from "@klingkit/core";
import { callbackUrl, createCallbackHandler, createCallbackWaiter } from "@klingkit/core/callbacks";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

// Your server, here a function: the simulator's callbacks are handed to it instead of being sent.
const server = (request: Request) => receive(request);
const mock = createMock({
  allowCallbackHosts: ["example.com"],
  callbackFetch: (input, init) => server(new Request(input, init)),
});
const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

const key = "a secret of at least sixteen characters";
const callbacks = createCallbackWaiter();
const receive = createCallbackHandler({ client: kling, token: key, onTask: callbacks.onTask });

const order = { family: "image2video", external_task_id: "order-17" } as const;
const callback_url = await callbackUrl("https://example.com/kling", { ...order, key });
const body = { model_name: "kling-v2-6", image: picture, callback_url, external_task_id: order.external_task_id };
const task = await kling.image2video.generate(body, { callbacks });

for (const { status, outcome } of mock.callbacks.deliveries) console.log(`webhook ${status}: ${outcome}`);
console.log(task.task_status);
