import assert from "node:assert/strict";
import { test } from "node:test";
import { createMockFetch } from "@klingkit/mock-server";

test("asks for one video and pays once", async () => {
  const fetch = createMockFetch();
  const answer = await fetch("https://api.cometapi.com/kling/v1/videos/text2video", {
    method: "POST",
    headers: { authorization: "Bearer anything", "content-type": "application/json" },
    body: JSON.stringify({ model_name: "kling-v3", prompt: "A boat on a lake" }),
  });

  assert.equal((await answer.json()).data.task_status, "submitted");
  assert.equal(fetch.mock.ledger.charges.length, 1);
  assert.equal(fetch.mock.ledger.duplicates.size, 0);
});
