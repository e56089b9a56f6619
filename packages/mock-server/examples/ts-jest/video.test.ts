import { expect, test } from "@jest/globals";
import { createKlingClient } from "@klingkit/core";
import { createMockFetch } from "@klingkit/mock-server";
import "@klingkit/mock-server/jest";

test("asks for one video and pays once", async () => {
  const fetch = createMockFetch();
  const kling = createKlingClient({ apiKey: "anything", fetch });
  await kling.text2video.submit({ model_name: "kling-v3", prompt: "A boat on a lake" });

  expect(fetch).toHaveReceived("text2video.submit", 1);
  expect(fetch).toHaveChargedOnce({ operation: "text2video" });
});
