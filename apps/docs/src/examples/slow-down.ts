import { createKlingClient } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { picture } from "./picture.js";

const mock = createMock();
// The first two creates are refused as too many (1302). A refusal makes no task, so they may be sent again.
mock.rules.add({ match: { verb: "submit" }, prefer: "code=1302", times: 2 });

const kling = createKlingClient({
  apiKey: "anything",
  fetch: mock.fetch,
  onEvent(event) {
    if (event.type === "retry") console.log(`${event.code}: again in ${event.delayMs} ms`);
  },
});
await kling.image2video.generate({ model_name: "kling-v2-6", image: picture });
console.log(`${mock.ledger.charges.length} charge`);
