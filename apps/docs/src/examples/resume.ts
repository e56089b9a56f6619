import { createKlingClient, formatHandle, parseHandle } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
mock.clock.freeze(); // the task stands still until the clock is advanced

const first = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
const submitted = await first.image2video.submit({ model_name: "kling-v2-6", image: picture });
const handle = formatHandle(submitted); // keep this text; it is all that is needed
console.log(handle, submitted.task_status);

mock.clock.advance(600_000); // ten minutes later, in another process
const second = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
const task = await second.resume(parseHandle(handle));
console.log(task.task_status, `${mock.ledger.charges.length} charge`);
