import { render } from "./page-side-renderer.js";
import type { FromRunner, RunMessage, ToRunner } from "./protocol.js";

const pingMs = 500;
/** Pings that may go unanswered in a row: four seconds, or longer in a tab that the browser has slowed down. */
const mostUnanswered = 8;

let runner: Promise<Blob> | undefined;

/** One sandboxed frame for a live example: it runs code, one run at a time. */
export class Session {
  readonly #frame: HTMLIFrameElement;
  readonly #ready: Promise<void>;
  readonly #listener: (message: FromRunner) => void;
  readonly #onRendered: (share: number) => void;
  #port: MessagePort | undefined;
  #watch: ReturnType<typeof setInterval> | undefined;
  #unanswered = 0;

  /**
   * @param host where the frame is put; it is never seen
   * @param listener told of everything the runner says
   * @param onRendered told how much of a video is rendered, 0 to 1
   */
  constructor(host: HTMLElement, listener: (message: FromRunner) => void, onRendered: (share: number) => void) {
    this.#listener = listener;
    this.#onRendered = onRendered;
    this.#frame = document.createElement("iframe");
    this.#frame.hidden = true;
    this.#frame.title = "Sandbox";
    this.#frame.setAttribute("sandbox", "allow-scripts");
    this.#ready = new Promise((resolve) => {
      const onMessage = (event: MessageEvent) => {
        if (event.source !== this.#frame.contentWindow) return;
        removeEventListener("message", onMessage);
        resolve();
      };
      addEventListener("message", onMessage);
    });
    this.#frame.src = "/live/sandbox.html";
    host.append(this.#frame);
  }

  /** Ends what runs, and runs this. */
  async run(message: Omit<RunMessage, "type">): Promise<void> {
    this.stop();
    runner ??= load("/live/runner.js");
    const [script] = await Promise.all([runner, this.#ready]).catch((error: unknown) => {
      // Once the network is back, the next run loads it again.
      runner = undefined;
      throw error;
    });
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = ({ data }: MessageEvent<FromRunner>) => this.#receive(port1, data, message);
    this.#frame.contentWindow?.postMessage({ type: "start", runner: script }, "*", [port2]);
  }

  send(message: ToRunner): void {
    this.#port?.postMessage(message);
  }

  /** Ends what runs, even an endless loop. */
  stop(): void {
    clearInterval(this.#watch);
    this.#port?.close();
    this.#port = undefined;
    this.#frame.contentWindow?.postMessage({ type: "stop" }, "*");
  }

  #receive(port: MessagePort, message: FromRunner, run: Omit<RunMessage, "type">): void {
    if (port !== this.#port) return;
    if (message.type === "ready") {
      this.send({ type: "run", ...run });
      this.#startWatch();
    } else if (message.type === "render") {
      void this.#render(port, message);
    } else if (message.type === "pong") {
      this.#unanswered = 0;
    } else {
      this.#listener(message);
    }
  }

  /** Code that never lets its worker answer is ended. */
  #startWatch(): void {
    this.#unanswered = 0;
    this.#watch = setInterval(() => {
      this.#unanswered += 1;
      this.send({ type: "ping" });
      if (this.#unanswered <= mostUnanswered) return;
      this.stop();
      const message = `The code gave no sign for ${(mostUnanswered * pingMs) / 1000} seconds and was ended: an endless loop?`;
      this.#listener({ type: "finished", failure: { message, code: "endless-loop", line: null } });
    }, pingMs);
  }

  async #render(port: MessagePort, { id, kind, request }: FromRunner & { type: "render" }): Promise<void> {
    const onRendered = (share: number) => port === this.#port && this.#onRendered(share);
    const reply = await render({ id, kind, request, onRendered });
    port.postMessage(reply, reply.type === "rendered" ? [reply.bytes.buffer as ArrayBuffer] : []);
  }
}

/** As a blob: half a megabyte of text would be decoded, copied and encoded again on its way to the worker. */
async function load(url: string): Promise<Blob> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} can't be loaded: ${response.status}.`);
  return new Blob([await response.arrayBuffer()], { type: "text/javascript" });
}
