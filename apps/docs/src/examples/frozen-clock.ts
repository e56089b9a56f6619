import { createMock } from "@klingkit/mock-server";

const mock = createMock({ timing: "realtime" }); // tasks take minutes, as at the provider
mock.clock.freeze();

const url = "https://api.cometapi.com/kling/v1/videos/text2video";
const headers = { authorization: "Bearer anything", "content-type": "application/json" };
const body = JSON.stringify({ model_name: "kling-v2-6", prompt: "A boat on a lake" });
const { data } = await (await mock.fetch(url, { method: "POST", headers, body })).json();
const look = async () =>
  console.log((await (await mock.fetch(`${url}/${data.task_id}`, { headers })).json()).data.task_status);

await look(); // submitted
mock.clock.advance(60_000); // skips a minute
await look(); // processing
mock.clock.advance(600_000);
await look(); // succeed
