import { createMock } from "@klingkit/mock-server";

const mock = createMock();
mock.rules.add({ match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 });

const create = () =>
  mock.fetch("https://api.cometapi.com/kling/v1/videos/text2video", {
    method: "POST",
    headers: { authorization: "Bearer anything", "content-type": "application/json" },
    body: JSON.stringify({ model_name: "kling-v2-6", prompt: "A boat on a lake" }),
  });

// What many do: when it fails, send it again. The first one had arrived.
await create().catch(create);

console.log(`${mock.ledger.charges.length} charges, ${mock.ledger.duplicates.size} of them a duplicate`);
