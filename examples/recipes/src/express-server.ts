import { type KlingClient, KlingkitError } from "@klingkit/core";
import { callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";
import { toNodeHandler } from "@klingkit/core/node";
import express, { type ErrorRequestHandler, type Express } from "express";

export interface ServerOptions {
  readonly kling: KlingClient;
  /** Where the provider reaches this server, such as `https://videos.example.com`. */
  readonly publicUrl: string;
  /** Secret of at least 16 characters that signs callback addresses. */
  readonly callbackKey: string;
  /** Called once for each task that has ended. */
  readonly onEnd: (order: string, status: string) => void;
}

/** A server that makes videos: `POST /videos`, `GET /videos/:id`, and the webhook that the provider calls. */
export function createServer({ kling, publicUrl, callbackKey, onEnd }: ServerOptions): Express {
  const app = express();
  const webhook = createCallbackHandler({
    client: kling,
    token: callbackKey,
    onTask: (task, { handle, confirmed }) => {
      // Only ends are confirmed, by a query. Their words differ between servers: `succeed`, `succeeded`, …
      if (confirmed) onEnd(handle.external_task_id ?? "", task.task_status);
    },
  });
  // Before any body parser: the handler reads the raw bytes.
  app.post("/webhooks/kling", toNodeHandler(webhook));
  app.use(express.json({ limit: "20mb" }));

  app.post("/videos", async (request, response) => {
    const { order, image } = request.body as { readonly order: string; readonly image: string };
    const task = { family: "image2video", external_task_id: `order-${order}` };
    const callback_url = await callbackUrl(`${publicUrl}/webhooks/kling`, { ...task, key: callbackKey });
    const { external_task_id } = task;
    const made = await kling.image2video.submit({ model_name: "kling-v2-6", image, callback_url, external_task_id });
    response.status(202).json({ id: made.task_id });
  });

  app.get("/videos/:id", async (request, response) => {
    const task = await kling.image2video.get(request.params.id);
    response.json({ status: task.task_status, url: task.task_result?.videos?.[0]?.url ?? null });
  });

  const onError: ErrorRequestHandler = (error, _request, response, next) => {
    if (!KlingkitError.isInstance(error)) return next(error);
    const status = error.name === "InputError" ? 400 : error.retry === "after-delay" ? 503 : 502;
    response.status(status).json({ code: error.code, message: error.message });
  };
  app.use(onError);
  return app;
}
