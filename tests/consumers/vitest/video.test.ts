import { createKlingClient } from "@klingkit/core";
import { test } from "@klingkit/mock-server/vitest";
import { describe, expect } from "vitest";

test("makes a video and pays once", async ({ mock }) => {
  const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
  mock.clock.unfreeze();
  mock.clock.setSpeed(1000);

  const task = await kling.text2video.generate({ model_name: "kling-v3", prompt: "A boat on a lake" });

  expect(task.task_status).toBe("succeed");
  expect(mock).toHaveReceived("text2video.submit", 1);
  expect(mock).toHaveChargedOnce({ operation: "text2video" });
  // @ts-expect-error: a charge has no colour
  expect(mock).not.toHaveChargedOnce({ colour: "red" });
});

describe("in Kling's own dialect", () => {
  test.override({ mockOptions: { dialect: "kling" } });

  test("has a simulator of that dialect", ({ mock }) => {
    expect(mock.dialect).toBe("kling");
    expect(mock).toHaveNoDuplicateCharges();
  });
});
