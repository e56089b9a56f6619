import { TaskFailedError, WaitTimeoutError } from "@klingkit/core";
import { failure } from "../../../../lib/failure.js";
import { kling } from "../../../../lib/kling.js";

/** How a video is doing: `running`, `ready` or `failed`. Check here that it belongs to the user who asks. */
export async function GET(
  _request: Request,
  { params }: { readonly params: Promise<{ id: string }> },
): Promise<Response> {
  try {
    // Queries once. It knows the words for an end, which differ between servers: `succeed`, `succeeded`, …
    const { task_result } = await kling().image2video.wait((await params).id, { timeoutMs: 0 });
    return Response.json({ status: "ready", url: task_result?.videos?.[0]?.url ?? null });
  } catch (error) {
    if (error instanceof WaitTimeoutError) return Response.json({ status: "running", url: null });
    if (error instanceof TaskFailedError) return Response.json({ status: "failed", reason: error.message, url: null });
    return failure(error);
  }
}
