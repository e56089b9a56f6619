import { Hono } from "hono";
import { handle } from "hono/aws-lambda";
import { createVideoFunctions, type VideoFunctionsOptions } from "./serverless.js";

/**
 * The same functions on AWS Lambda: `http` behind an API Gateway or a function URL, `schedule` behind EventBridge.
 * `handle` turns the event into a `Request` with the same bytes, and the `Response` into an answer for Lambda.
 */
export function createLambdaHandlers(options: VideoFunctionsOptions) {
  const { submit, webhook, sweep } = createVideoFunctions(options);
  const app = new Hono();
  app.post("/videos", ({ req }) => submit(req.raw));
  app.post("/webhooks/kling", async ({ req }) => {
    const work: Promise<unknown>[] = [];
    const answer = await webhook(req.raw, { waitUntil: (promise) => void work.push(promise) });
    await Promise.all(work); // Lambda may freeze the function once it has answered, so save before that
    return answer;
  });
  return { http: handle(app), schedule: sweep };
}
