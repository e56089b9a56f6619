import { Worker } from "node:worker_threads";
import { PictureDecodeError, type RenderRequest } from "../../media/renderer.js";

/** What a render worker sends back for one request. */
export type RenderReply =
  | { readonly kind: "video"; readonly bytes: Uint8Array }
  | { readonly kind: "undecodable" | "failed"; readonly message: string };

interface Job {
  readonly resolve: (bytes: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/**
 * One worker thread that renders one request at a time.
 *
 * The thread starts with the first request and starts anew after a crash. It keeps the process alive only while it
 * renders.
 */
export class WorkerClient {
  private readonly script: URL;
  private worker: Worker | undefined;
  private job: Job | undefined;

  constructor(script: URL) {
    this.script = script;
  }

  /**
   * Renders one request; call it again only after it has settled.
   *
   * @throws {PictureDecodeError} where the picture cannot be decoded
   * @throws {Error} where the thread crashed or was stopped
   */
  run(request: RenderRequest): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.job = { resolve, reject };
      this.worker ??= this.start();
      this.worker.ref();
      // The picture is copied, not transferred: it stays the caller's.
      this.worker.postMessage(request);
    });
  }

  /** Stops the thread; a request under way is rejected. */
  async stop(): Promise<void> {
    const { worker } = this;
    this.lose(worker, new Error("The video renderer was closed."));
    await worker?.terminate();
  }

  private start(): Worker {
    const worker = new Worker(this.script);
    worker.on("message", (reply: RenderReply) => this.finish(worker, reply));
    worker.on("error", (cause) =>
      this.lose(worker, new Error(`The video renderer crashed: ${cause.message}`, { cause })),
    );
    worker.on("exit", (code) => this.lose(worker, new Error(`The video renderer's thread ended (code ${code}).`)));
    return worker;
  }

  private finish(worker: Worker, reply: RenderReply): void {
    if (worker !== this.worker) return;
    const { job } = this;
    this.job = undefined;
    worker.unref();
    if (reply.kind === "video") job?.resolve(reply.bytes);
    else job?.reject(reply.kind === "undecodable" ? new PictureDecodeError(reply.message) : new Error(reply.message));
  }

  private lose(worker: Worker | undefined, error: Error): void {
    if (worker === undefined || worker !== this.worker) return;
    const { job } = this;
    this.worker = undefined;
    this.job = undefined;
    job?.reject(error);
  }
}
