import { Worker } from "node:worker_threads";
import { PictureDecodeError } from "../../media/renderer.js";
import type { RenderJob, RenderReply } from "./render-job.js";

interface Waiting {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One worker thread that does one job at a time.
 *
 * The thread starts with the first job and starts again after a crash. It keeps the process alive only while it
 * works.
 */
export class WorkerClient {
  readonly #script: URL;
  #worker: Worker | undefined;
  #waiting: Waiting | undefined;

  constructor(script: URL) {
    this.#script = script;
  }

  /**
   * Does one job; call it again only after it has settled.
   *
   * @throws {PictureDecodeError} where the picture cannot be decoded
   * @throws {Error} where the thread crashed or was stopped
   */
  run(job: RenderJob): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#worker ??= this.#start();
      this.#worker.ref();
      // The picture is copied, not transferred: it stays the caller's.
      this.#worker.postMessage(job);
    });
  }

  /** Stops the thread; a job under way is rejected. */
  async stop(): Promise<void> {
    const worker = this.#worker;
    this.#lose(worker, new Error("The renderer was closed."));
    await worker?.terminate();
  }

  #start(): Worker {
    // One file of plain JavaScript: loaders and conditions that the process was started with are not for it.
    const worker = new Worker(this.#script, { execArgv: [] });
    worker.on("message", (reply: RenderReply) => this.#finish(worker, reply));
    worker.on("error", (cause) => this.#lose(worker, new Error(`The renderer crashed: ${cause.message}`, { cause })));
    worker.on("exit", (code) => this.#lose(worker, new Error(`The renderer's thread ended (code ${code}).`)));
    return worker;
  }

  #finish(worker: Worker, reply: RenderReply): void {
    if (worker !== this.#worker) return;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    worker.unref();
    if (reply.kind === "done") waiting?.resolve(reply.bytes);
    else
      waiting?.reject(reply.kind === "undecodable" ? new PictureDecodeError(reply.message) : new Error(reply.message));
  }

  #lose(worker: Worker | undefined, error: Error): void {
    if (worker === undefined || worker !== this.#worker) return;
    const waiting = this.#waiting;
    this.#worker = undefined;
    this.#waiting = undefined;
    waiting?.reject(error);
  }
}
