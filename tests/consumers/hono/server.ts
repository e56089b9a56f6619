// Hono, which speaks Request and Response as the client does: prints the status that a route answers.
import { createKlingClient } from "@klingkit/core";
import { createCallbackHandler } from "@klingkit/core/callbacks";
import { createMock } from "@klingkit/mock-server";
import { Hono } from "hono";

const kling = createKlingClient({ apiKey: "anything", fetch: createMock().fetch });
const receive = createCallbackHandler({ client: kling, token: "0123456789abcdef", onTask: () => {} });
const app = new Hono();
app.post("/callbacks", (context) => receive(context.req.raw));
app.post("/videos", async (context) => {
  const task = await kling.text2video.generate({ model_name: "kling-v3", prompt: "A boat on a lake" });
  return context.json({ status: task.task_status });
});
const refused = await app.fetch(new Request("http://hono.invalid/callbacks", { method: "POST", body: "{}" }));
if (refused.status < 400) throw new Error("A callback without a token was believed.");
const answer = await app.fetch(new Request("http://hono.invalid/videos", { method: "POST" }));
console.log(((await answer.json()) as { status: string }).status);
