import type { Scene } from "../scene.js";

export async function loseAnswer({ mock, kling, prompt, say }: Scene): Promise<void> {
  // The next create is accepted and charged, and the connection is cut before the answer.
  mock.rules.add({ match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 });

  const task = await kling.text2video.submit({ model_name: "kling-v2-6", prompt });
  say(`task ${task.task_id} was found by its own id ${task.external_task_id}: one charge`);
}
