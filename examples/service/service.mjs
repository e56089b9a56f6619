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

const family = "image2video";
const settings = /** @type {const} */ ({ model_name: "kling-v2-6", mode: "std", duration: "5" });
/** Stands for your own sign-in. */
const userOf = (request) => request.get("x-user") ?? "nobody";

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
  const fileOf = (job, extension) => path.resolve(folder, `${job.id}.${extension}`);
  const taskStore = fileTaskStore(path.join(folder, "tasks"));
  const kling = createKlingClient({ ...options, prepare, preflight, taskStore });
  const callbacks = createCallbackWaiter();
  const ending = new AbortController();
  const running = new Set();

  /** Does a job, or the rest of it after a restart. The job's id stands for one task, which is made only once. */
  async function work(job) {
    const own = { external_task_id: job.id, prompt: job.prompt, image: fileInput(fileOf(job, "picture")) };
    const token = { family, external_task_id: job.id, key: callbackKey };
    let task; // once it is made, only its own failure ends the job: after anything else the next start goes on
    try {
      const callback_url = publicUrl && (await callbackUrl(`${publicUrl}/callbacks`, token));
      const onStatus = ({ task_status }) => jobs.save({ ...job, note: task_status });
      task = await kling.image2video.submit({ ...settings, ...own, callback_url }, { signal: ending.signal });
      const made = await kling.image2video.wait(task, { callbacks, onStatus, signal: ending.signal });
      await downloadToFile(kling, made, fileOf(job, "mp4"), { force: true, signal: ending.signal });
      jobs.save({ ...job, status: "ready", note: undefined });
    } catch (error) {
      const ends = task ? [TaskFailedError] : [TaskFailedError, RefusedError, InputError];
      const isOver = ends.some((kind) => error instanceof kind);
      jobs.save({ ...job, status: isOver ? "failed" : "open", note: error.message });
    }
  }

  function begin(job) {
    const working = work(job).finally(() => running.delete(working));
    running.add(working);
  }

  const app = express();
  // Before any body parser: the handler reads the raw bytes.
  const receive = createCallbackHandler({ client: kling, token: callbackKey, onTask: callbacks.onTask });
  app.post("/callbacks", toNodeHandler(receive));

  app.post("/videos", express.raw({ type: "image/*", limit: "10mb" }), async (request, response) => {
    const user = userOf(request);
    const picture = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // Throws if it is not a picture, or unfit, before anything is stored or paid for.
    await prepare("image2video", { image: picture });
    const { usd } = estimate("image2video", { ...settings, image: "" });
    if (usd === null || jobs.spentBy(user) + usd > budget)
      return response.status(402).json({ error: `Your budget of $${budget} is spent.` });
    const job = { id: randomUUID(), user, prompt: String(request.query.prompt ?? ""), usd, status: "open" };
    writeFileSync(fileOf(job, "picture"), picture);
    jobs.save(job);
    begin(job);
    response.status(202).json(job);
  });

  app.param("id", (request, response, next, id) => {
    response.locals.job = jobs.get(id);
    if (response.locals.job?.user === userOf(request)) return next();
    response.status(404).json({ error: "There is no such video." });
  });
  app.get("/videos/:id", (_request, response) => response.json(response.locals.job));
  app.get("/videos/:id/file", (_request, response) => {
    const { job } = response.locals;
    if (job.status !== "ready") return response.status(404).json({ error: `The video is ${job.status}.` });
    response.sendFile(fileOf(job, "mp4"));
  });

  app.use((error, _request, response, _next) => {
    const isTheirs = error instanceof InputError || error.status < 500;
    response.status(isTheirs ? 400 : 500).json({ error: isTheirs ? error.message : "Something went wrong." });
  });

  /** Stops waiting; what is open goes on at the next start. */
  async function close() {
    ending.abort();
    await Promise.all(running);
  }

  for (const job of jobs.all()) if (job.status === "open") begin(job);
  return { app, close };
}
