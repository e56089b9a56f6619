import { failure } from "../../../lib/failure.js";
import { kling } from "../../../lib/kling.js";

/** Starts a video. It answers within seconds; the video takes minutes, so nobody waits for it here. */
export async function POST(request: Request): Promise<Response> {
  const { order, image } = (await request.json()) as { readonly order: string; readonly image: string };
  try {
    // The id comes from your own data: a second request for the same order finds the first one's task.
    const external_task_id = `order-${order}`;
    const task = await kling().image2video.submit({ model_name: "kling-v2-6", image, external_task_id });
    return Response.json({ id: task.task_id, status: task.task_status }, { status: 202 });
  } catch (error) {
    return failure(error);
  }
}
