import type { Renderer } from "@klingkit/mock-server";
import type { FromRunner, RenderedMessage } from "../live/protocol.js";

interface Waiting {
  resolve(bytes: Uint8Array): void;
  reject(error: Error): void;
}

/** A renderer that asks the page, which has WebCodecs where the sandbox has none. */
export class PageRenderer implements Renderer {
  readonly #post: (message: FromRunner) => void;
  readonly #waiting = new Map<number, Waiting>();
  #count = 0;

  constructor(post: (message: FromRunner) => void) {
    this.#post = post;
  }

  render(request: object): Promise<Uint8Array> {
    return this.#ask("video", request);
  }

  renderPicture(request: object): Promise<Uint8Array> {
    return this.#ask("picture", request);
  }

  /** The page's answer. */
  settle(message: RenderedMessage): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.type === "rendered") waiting?.resolve(message.bytes);
    else waiting?.reject(new Error(message.message));
  }

  #ask(kind: "video" | "picture", request: object): Promise<Uint8Array> {
    this.#count += 1;
    const id = this.#count;
    this.#post({ type: "render", id, kind, request: { ...request } });
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }
}
