import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createKlingClient, InputError, RefusedError, TaskFailedError } from "@klingkit/core";
import { callbackUrl, createCallbackHandler, createCallbackWaiter } from "@klingkit/core/callbacks";
import { prepare } from "@klingkit/core/inputs";
import { downloadToFile, fileInput, fileTaskStore, toNodeHandler } from "@klingkit/core/node";
import { preflight } from "@klingkit/core/preflight";
import { estimate } from "@klingkit/core/pricing";
import express from "express";
import { openJobs } from "./jobs.mjs";

const settings = /** @type {const} */ ({ model_name: "kling-v2-6", mode: "std", duration: "5" });

/**
 * Takes pictures and makes videos of them. Every video is paid for once, whatever is killed in between.
 * @param {object} options
 * @param {import("@klingkit/core").KlingClientOptions} options.kling `apiKey`, and `fetch` of a simulator
 * @param {string} options.folder everything is kept here
 * @param {number} options.budget dollars that each user may spend
 * @param {string} [options.publicUrl] where the provider reaches this service; without it there are no callbacks
 * @param {string} options.callbackKey random, at least 16 characters; the same after a restart
 */
export function createService({ kling: options, folder, budget, publicUrl, callbackKey }) {
  const jobs = openJobs(folder);
  const fileOf = (id, extension) => path.join(folder, `${id}.${extension}`);
  const ending = new AbortController();
  const running = new Set();

  const taskStore = fileTaskStore(path.join(folder, "tasks"));
  const kling = createKlingClient({ ...options, prepare, preflight, taskStore });
  const callbacks = createCallbackWaiter();

  /** Does a job, or the rest of it after a restart. The job's id stands for one task, which is made only once. */
  async function work(job) {
    const own = { family: "image2video", external_task_id: job.id };
    try {
      const task = await kling.image2video.generate(
        {
          ...settings,
          image: fileInput(fileOf(job.id, "picture")),
          prompt: job.prompt,
          external_task_id: job.id,
          ...(publicUrl && { callback_url: await callbackUrl(`${publicUrl}/callbacks`, { ...own, key: callbackKey }) }),
        },
        { callbacks, signal: ending.signal, onStatus: ({ task_status }) => jobs.save({ ...job, note: task_status }) },
      );
      await downloadToFile(kling, task, fileOf(job.id, "mp4"), { force: true, signal: ending.signal });
      jobs.save({ ...job, status: "ready", note: undefined });
    } catch (error) {
      // These errors end the job. After any other one it stays open, and the next start goes on with it.
      const isOver = [TaskFailedError, RefusedError, InputError].some((kind) => error instanceof kind);
      jobs.save({ ...job, status: isOver ? "failed" : "open", note: error.message });
    }
  }

  function begin(job) {
    const work_ = work(job).finally(() => running.delete(work_));
    running.add(work_);
  }

  const app = express();
  // Before any body parser: the handler reads the raw bytes.
  const receive = createCallbackHandler({ client: kling, token: callbackKey, onTask: callbacks.onTask });
  app.post("/callbacks", toNodeHandler(receive));

  app.post("/videos", express.raw({ type: "image/*", limit: "10mb" }), async (request, response) => {
    const user = userOf(request);
    const prompt = String(request.query.prompt ?? "");
    const picture = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // Throws if it is not a picture, or unfit, before anything is stored or paid for.
    await prepare("image2video", { image: picture });
    const { usd } = estimate("image2video", { ...settings, image: "" });
    if (usd === null || jobs.spentBy(user) + usd > budget)
      return response.status(402).json({ error: `Your budget of $${budget} is spent.` });
    const job = { id: randomUUID(), user, prompt, usd, status: "open" };
    writeFileSync(fileOf(job.id, "picture"), picture);
    jobs.save(job);
    begin(job);
    response.status(202).json(job);
  });

  app.get("/videos/:id", (request, response) => {
    const job = jobs.get(request.params.id);
    if (job?.user !== userOf(request)) return response.status(404).json({ error: "There is no such video." });
    response.json(job);
  });

  app.get("/videos/:id/file", (request, response) => {
    const job = jobs.get(request.params.id);
    if (job?.user !== userOf(request) || job.status !== "ready")
      return response.status(404).json({ error: "There is no such video, or it is not ready." });
    response.sendFile(path.resolve(fileOf(job.id, "mp4")));
  });

  app.use((error, _request, response, _next) => {
    const isTheirs = error instanceof InputError || error.status < 500;
    response.status(isTheirs ? 400 : 500).json({ error: isTheirs ? error.message : "Something went wrong." });
  });

  for (const job of jobs.all()) if (job.status === "open") begin(job);
  return {
    app,
    /** Stops waiting; what is open goes on at the next start. */
    async close() {
      ending.abort();
      await Promise.all(running);
    },
  };
}

/** Stands for your own sign-in. */
function userOf(request) {
  return request.get("x-user") ?? "nobody";
}
