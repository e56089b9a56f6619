import { createMock } from "@klingkit/mock-server";
import { mockHandlers } from "@klingkit/mock-server/msw";
import { setupServer } from "msw/node";
import { afterAll, beforeAll, expect, test } from "vitest";

const mock = createMock();
const server = setupServer(...mockHandlers(mock));
beforeAll(() => server.listen());
afterAll(() => server.close());

test("code that uses the global fetch uses the simulator", async () => {
  const answer = await fetch("https://api.cometapi.com/kling/v1/videos/text2video", {
    method: "POST",
    headers: { authorization: "Bearer anything", "content-type": "application/json" },
    body: JSON.stringify({ model_name: "kling-v3", prompt: "A boat on a lake" }),
  });

  expect((await answer.json()).data.task_status).toBe("submitted");
  expect(mock.ledger.reserved).toBe(3); // and charged when the task succeeds
});
