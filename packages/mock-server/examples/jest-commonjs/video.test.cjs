let createMockFetch;

beforeAll(async () => {
  ({ createMockFetch } = await import("@klingkit/mock-server"));
  await import("@klingkit/mock-server/jest");
});

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
