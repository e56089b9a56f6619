// node --experimental-vm-modules node_modules/jest/bin/jest.js
import { createMockFetch } from "@klingkit/mock-server";
import { mockMatchers } from "@klingkit/mock-server/matchers";

expect.extend(mockMatchers);

test("asks for one video and pays once", async () => {
  const fetch = createMockFetch();
  await fetch("https://api.cometapi.com/kling/v1/videos/text2video", {
    method: "POST",
    headers: { authorization: "Bearer anything", "content-type": "application/json" },
    body: JSON.stringify({ model_name: "kling-v3", prompt: "A boat on a lake" }),
  });

  expect(fetch).toHaveReceived("text2video.submit", 1);
  expect(fetch).toHaveChargedOnce({ operation: "text2video" });
});
