import { createKlingClient } from "@klingkit/core";
import { test } from "@klingkit/mock-server/vitest";
import { expect } from "vitest";

const picture = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg" };

test("makes a video and pays once", async ({ mock }) => {
  const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
  mock.clock.unfreeze(); // the client waits, so time has to pass
  mock.clock.setSpeed(100);

  const task = await kling.image2video.generate({ ...picture, external_task_id: "shot-1" });

  expect(task.task_status).toBe("succeed");
  expect(mock).toHaveChargedOnce({ externalTaskId: "shot-1" });
});

test("tells why a video failed", async ({ mock }) => {
  const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });

  const task = await kling.image2video.submit({ ...picture, prompt: '[[failure="Too dark."]]' });
  mock.clock.advance(60_000); // or advance the clock by hand

  await expect(kling.image2video.wait(task)).rejects.toThrow("Too dark.");
});
