import type { Scene } from "../scene.js";

export async function loopNaively({ mock, prompt, say }: Scene): Promise<void> {
  // The same trouble as for the client.
  mock.rules.add({ match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 });

  for (let attempt = 1; attempt <= 3; attempt += 1) {
    try {
      const answer = await mock.fetch("https://api.cometapi.com/kling/v1/videos/text2video", {
        method: "POST",
        headers: { authorization: "Bearer anything", "content-type": "application/json" },
        body: JSON.stringify({ model_name: "kling-v2-6", prompt }),
      });
      const { data } = await answer.json();
      return say(`attempt ${attempt}: task ${data.task_id}`);
    } catch {
      say(`attempt ${attempt}: no answer, so the loop sends it again`);
    }
  }
}
