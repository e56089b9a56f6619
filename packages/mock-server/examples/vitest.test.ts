import { test } from "@klingkit/mock-server/vitest";
import { describe, expect } from "vitest";

/** Stands for your own code. */
async function animate(fetch: typeof globalThis.fetch, body: object = {}): Promise<void> {
  const picture = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg" };
  await fetch("https://api.cometapi.com/kling/v1/videos/image2video", {
    method: "POST",
    headers: { authorization: "Bearer anything", "content-type": "application/json" },
    body: JSON.stringify({ ...picture, ...body }),
  });
}

test("asks for one video and pays once", async ({ mock }) => {
  await animate(mock.fetch, { external_task_id: "shot-1" });

  expect(mock).toHaveReceived("image2video.submit", 1);
  expect(mock).toHaveReceived({ status: 200, body: { model_name: "kling-v2-6" } });
  expect(mock).toHaveChargedOnce({ externalTaskId: "shot-1" });
});

test("shows the duplicate charge after a lost answer", async ({ mock }) => {
  mock.rules.add({ prefer: "fault=reset-after-accept", times: 1 });
  await animate(mock.fetch).catch(() => animate(mock.fetch));

  expect(mock).not.toHaveNoDuplicateCharges();
});

describe("with a receiver of callbacks", () => {
  test.override({ mockOptions: { callbackFetch: async () => new Response("ok") } }); // or leave it out, and listen

  test("gets the callback of the end", async ({ mock }) => {
    await animate(mock.fetch, { callback_url: "http://127.0.0.1:3000/kling" });
    mock.clock.advance(60_000); // the clock stands still until a test advances it
    await mock.callbacks.settled();

    expect(mock).toHaveDelivered("succeed", 1);
  });
});
