// Run by tests/standing-clock.test.ts: asks for a task whose clock stands still, and never ends.
import { createKlingClient } from "@klingkit/core";
import { test } from "@klingkit/mock-server/vitest";

const asksFourTimes = async (mock, between) => {
  const kling = createKlingClient({ apiKey: "anything", fetch: mock.fetch });
  const { task_id } = await kling.text2video.submit({ model_name: "kling-v3", prompt: "A boat" });
  for (let queries = 0; queries < 4; queries += 1) {
    await kling.text2video.get(task_id);
    between();
  }
  await new Promise(() => {});
};

test("stands still", { timeout: 500 }, ({ mock }) => asksFourTimes(mock, () => {}));
test("is pushed", { timeout: 500 }, ({ mock }) => asksFourTimes(mock, () => mock.clock.advance(1)));
