import { type KlingClient, KlingkitError } from "@klingkit/core";
import { callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";
import { Hono } from "hono";

export interface ServerOptions {
  readonly kling: KlingClient;
  /** Where the provider reaches this server, such as `https://videos.example.com`. */
  readonly publicUrl: string;
  /** Secret of at least 16 characters that signs callback addresses. */
  readonly callbackKey: string;
  /** Called once for each task that has ended. */
  readonly onEnd: (order: string, status: string) => void;
}

/** The same server with Hono: it runs on Node, Bun, Deno and Cloudflare Workers. */
export function createServer({ kling, publicUrl, callbackKey, onEnd }: ServerOptions): Hono {
  const app = new Hono();
  const webhook = createCallbackHandler({
    client: kling,
    token: callbackKey,
    onTask: (task, { handle, confirmed }) => {
      // Only ends are confirmed, by a query. Their words differ between servers: `succeed`, `succeeded`, …
      if (confirmed) onEnd(handle.external_task_id ?? "", task.task_status);
    },
  });
  app.post("/webhooks/kling", (context) => webhook(context.req.raw));

  app.post("/videos", async (context) => {
    const { order, image } = await context.req.json<{ readonly order: string; readonly image: string }>();
    const external_task_id = `order-${order}`;
    const task = { family: "image2video", external_task_id, key: callbackKey };
    const callback_url = await callbackUrl(`${publicUrl}/webhooks/kling`, task);
    const made = await kling.image2video.submit({ model_name: "kling-v2-6", image, callback_url, external_task_id });
    return context.json({ id: made.task_id }, 202);
  });

  app.get("/videos/:id", async (context) => {
    const task = await kling.image2video.get(context.req.param("id"));
    return context.json({ status: task.task_status, url: task.task_result?.videos?.[0]?.url ?? null });
  });

  app.onError((error, context) => {
    if (!KlingkitError.isInstance(error)) throw error;
    const status = error.name === "InputError" ? 400 : error.retry === "after-delay" ? 503 : 502;
    return context.json({ code: error.code, message: error.message }, status);
  });
  return app;
}
