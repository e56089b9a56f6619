import type { ConsoleLevel, Failure, FromRunner, RunMessage, ToRunner } from "../live/protocol.js";
import { compile, lineOf } from "./compile.js";
import { describeEvent } from "./describe-event.js";
import { clip, formatArguments } from "./format.js";
import { createRequire } from "./modules.js";
import type { Witness } from "./observe-fetch.js";
import { otherConsoleCalls } from "./other-console-calls.js";
import { PageRenderer } from "./page-renderer.js";
import { Stage } from "./stage.js";
import { hasEnded, stateOf } from "./state.js";

const sampleMs = 100;
const mostLines = 1_000;
const levels: readonly ConsoleLevel[] = ["log", "info", "warn", "error", "debug"];

/** Runs edited code with the real client and the real simulator, in the sandbox's worker. */
export class Runner {
  readonly #post: (message: FromRunner, transfer?: Transferable[]) => void;
  readonly #renderer: PageRenderer;
  readonly #shown = new Set<string>();
  #stage: Stage | undefined;
  #lines = 0;
  #lastState = "";
  #isFinished = false;

  constructor(post: (message: FromRunner, transfer?: Transferable[]) => void) {
    this.#post = post;
    this.#renderer = new PageRenderer(post);
  }

  receive(message: ToRunner): void {
    if (message.type === "run") void this.#run(message);
    else if (message.type === "ping") this.#post({ type: "pong" });
    else if (message.type === "rendered" || message.type === "not-rendered") this.#renderer.settle(message);
    else if (this.#stage) this.#steer(this.#stage, message);
    this.#sample();
  }

  /** Something was thrown where nobody waited for it. */
  reportStray(error: unknown): void {
    const { message, line } = failureOf(error);
    this.#print("error", [`Nobody caught: ${message}${line === null ? "" : ` (line ${line})`}`]);
  }

  #steer(stage: Stage, message: Exclude<ToRunner, { type: "run" | "ping" | "rendered" | "not-rendered" }>): void {
    // The reader sees what came of it, also where nothing is left to happen.
    this.#lastState = "";
    if (message.type === "time") stage.time = message.time;
    else if (message.type === "advance") stage.advance(message.ms);
    else stage.fault = message.fault;
  }

  async #run({ code, picture, time, fault }: RunMessage): Promise<void> {
    const stage = new Stage({ renderer: this.#renderer, witness: this.#witness(), time, fault });
    this.#stage = stage;
    setInterval(() => this.#sample(), sampleMs);
    let failure: Failure | null = null;
    try {
      const run = compile(code);
      const require = createRequire(stage, picture, (event) => {
        const text = describeEvent(event);
        if (text) this.#post({ type: "client", text });
      });
      await run(require, {}, this.#console());
    } catch (error) {
      failure = failureOf(error);
    }
    this.#isFinished = true;
    this.#sample();
    this.#post({ type: "finished", failure });
  }

  #witness(): Witness {
    return {
      exchange: (exchange) => this.#post({ type: "exchange", exchange }),
      result: (url, fetch) => {
        if (this.#shown.has(url)) return;
        this.#shown.add(url);
        void this.#show(url, fetch);
      },
    };
  }

  async #show(url: string, fetch: typeof globalThis.fetch): Promise<void> {
    try {
      const response = await fetch(url);
      const bytes = new Uint8Array(await response.arrayBuffer());
      const mediaType = response.headers.get("content-type") ?? "";
      this.#post({ type: "result", mediaType, bytes }, [bytes.buffer]);
    } catch (error) {
      this.#print("error", [`The result can't be shown: ${failureOf(error).message}`]);
    }
  }

  #console(): Record<string, unknown> {
    return {
      ...Object.fromEntries(levels.map((level) => [level, (...values: unknown[]) => this.#print(level, values)])),
      ...otherConsoleCalls((...values) => this.#print("log", values)),
    };
  }

  #print(level: ConsoleLevel, values: readonly unknown[]): void {
    this.#lines += 1;
    if (this.#lines > mostLines) return;
    const text = this.#lines === mostLines ? "Further lines are left out." : formatArguments(values);
    this.#post({ type: "console", level, text });
  }

  #sample(): void {
    if (!this.#stage) return;
    const state = stateOf(this.#stage);
    // Where nothing is left to happen, the page need not be drawn again for every moment of a clock that runs on.
    const isOver = this.#isFinished && this.#lastState !== "" && state.tasks.every(hasEnded);
    const key = JSON.stringify(state, isOver ? withoutTime : undefined);
    if (key === this.#lastState) return;
    this.#lastState = key;
    this.#post({ type: "state", state });
  }
}

function withoutTime(name: string, value: unknown): unknown {
  return name === "now" || name === "elapsedMs" ? undefined : value;
}

function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: clip(`Thrown: ${String(error)}`), code: "", line: null };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  return { message: clip(`${error.name}: ${error.message}`), code, line: lineOf(error) };
}
