import { callbackUrl } from "@klingkit/core/callbacks";
import type { Scene } from "../scene.js";

export async function hearCallbacks({ kling, receiver, prompt, say }: Scene): Promise<void> {
  const own = { family: "text2video", external_task_id: crypto.randomUUID() };
  const { task_id } = await kling.text2video.submit({
    model_name: "kling-v2-6",
    prompt,
    external_task_id: own.external_task_id,
    callback_url: await callbackUrl(receiver.address, { ...own, key: receiver.key }),
  });
  // A callback ends the pause between two polls: callbacks get lost, so the client goes on asking as well.
  await kling.text2video.wait({ ...own, task_id }, { callbacks: receiver.waiter });
  say(`task ${task_id} has succeeded, and its receiver was told`);
}
