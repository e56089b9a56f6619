import { createKlingClient, TaskFailedError } from "@klingkit/core";

/** The app: makes a video, and says in its own words why there is none. */
export async function makeVideo(prompt, { KLINGKIT_BASE_URL: baseUrl, KLINGKIT_API_KEY: apiKey } = process.env) {
  // Plain http is for the network between containers only: an address of the provider's is https.
  const kling = createKlingClient({ apiKey, baseUrl, allowHttp: baseUrl?.startsWith("http://mock:") ?? false });
  try {
    const task = await kling.text2video.generate({ model_name: "kling-v2-6", prompt });
    return { video: task.task_result?.videos?.[0]?.url };
  } catch (error) {
    if (error instanceof TaskFailedError) return { problem: `No video this time: ${error.message}` };
    throw error;
  }
}
