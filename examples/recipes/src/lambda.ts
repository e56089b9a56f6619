import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { createVideoFunctions, type VideoFunctionsOptions } from "./serverless.js";

/**
 * The same functions on AWS Lambda: `http` behind an API Gateway or a function URL, `schedule` behind EventBridge.
 * `handle` makes a `Request` of the event, with the body byte for byte, and an event's answer of the `Response`.
 */
export function createLambdaHandlers(options: VideoFunctionsOptions) {
  const { submit, webhook, sweep } = createVideoFunctions(options);
  const app = new Hono();
  app.post("/videos", ({ req }) => submit(req.raw));
  app.post("/webhooks/kling", async ({ req }) => {
    const work: Promise<unknown>[] = [];
    const answer = await webhook(req.raw, { waitUntil: (promise) => void work.push(promise) });
    await Promise.all(work); // Lambda stands still once it has answered: save before that
    return answer;
  });
  return { http: handle(app), schedule: sweep };
}
