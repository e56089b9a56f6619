import { failure } from "../../../../lib/failure.js";
import { kling } from "../../../../lib/kling.js";

/** How a video is doing. Check here that it belongs to the user who asks. */
export async function GET(
  _request: Request,
  { params }: { readonly params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    const task = await kling().image2video.get((await params).id);
    const url = task.task_result?.videos?.[0]?.url ?? null;
    return Response.json({ status: task.task_status, reason: task.task_status_msg ?? "", url });
  } catch (error) {
    return failure(error);
  }
}
