import type { Scene } from "../scene.js";

export async function succeed({ kling, picture, prompt, say }: Scene): Promise<void> {
  const task = await kling.image2video.generate(
    { model_name: "kling-v2-6", image: picture, prompt },
    { onStatus: ({ task_id, task_status }) => say(`task ${task_id} is ${task_status}`) },
  );
  say(`${task.task_result?.videos?.[0]?.duration} s of video: open the task to see it`);
}
