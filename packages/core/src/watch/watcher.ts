import { abortableSleep } from "../abort.js";
import { AbortedError, type KlingkitError } from "../errors/index.js";
import type { OperationContext } from "../operations/context.js";
import { rememberTask } from "../operations/remember.js";
import { type AnyTask, asHandle, reportStatus } from "../operations/task.js";
import { isEnd } from "../task/status.js";
import { type Asking, type Question, questionsAbout } from "./asking.js";
import { Pace } from "./pace.js";
import { Schedule } from "./schedule.js";
import type { WatchOptions } from "./watch-options.js";
import type { WatchChange, Watched } from "./watched.js";

interface Reader {
  resolve(result: IteratorResult<WatchChange>): void;
  reject(error: unknown): void;
}

/** What `watch` returns: asks on demand, keeps what nobody has taken yet. */
export class Watcher implements AsyncIterableIterator<WatchChange> {
  readonly #context: OperationContext;
  readonly #signal: AbortSignal | undefined;
  readonly #life = new AbortController();
  readonly #schedule = new Schedule<Question>();
  readonly #pace: Pace;
  readonly #asking: Asking;
  readonly #changes: WatchChange[] = [];
  readonly #readers: Reader[] = [];
  #tasks: readonly Watched[];
  #open: number;
  #isRunning = false;
  /** What the next reader is told instead of a change. */
  #failure: unknown;
  #wake = () => {};
  /** By how much the clock was set back. */
  #lostMs = 0;
  #seenAt = 0;

  constructor(
    context: OperationContext,
    tasks: readonly Watched[],
    options: Pick<WatchOptions, "signal" | "firstPollMs" | "pollMs"> & { readonly requestsPerSecond: number },
  ) {
    this.#context = context;
    this.#signal = options.signal;
    this.#tasks = tasks;
    this.#open = tasks.length;
    this.#pace = new Pace(options.requestsPerSecond, context.retry.maxRetryAfterMs);
    this.#asking = {
      context,
      signal: this.#life.signal,
      turn: () => this.#turn(),
      polls: options,
      saw: (watched, task) => this.#saw(watched, task),
      failed: (watched, error) => this.#failed(watched, error),
      answered: (error) => this.#pace.answered(this.#now(), error),
      again: (question, ms) => this.#schedule.add(this.#now() + ms, question),
    };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<WatchChange>> {
    return new Promise((resolve, reject) => {
      this.#readers.push({ resolve, reject });
      this.#begin();
      this.#serve();
      void this.#run();
    });
  }

  async return(): Promise<IteratorResult<WatchChange>> {
    this.#end();
    return { done: true, value: undefined };
  }

  /** The first time somebody asks for a change. */
  #begin(): void {
    if (this.#life.signal.aborted || this.#tasks.length === 0) return;
    if (this.#signal?.aborted) {
      this.#onAbort();
      return;
    }
    this.#signal?.addEventListener("abort", this.#onAbort, { once: true });
    for (const question of questionsAbout(this.#asking, this.#tasks)) this.#asking.again(question, question.firstMs);
    this.#tasks = [];
  }

  readonly #onAbort = (): void => this.#end(new AbortedError(this.#signal?.reason));

  /** Nothing is left after this: no request, no timer, no listener. */
  #end(failure?: unknown): void {
    this.#failure = failure;
    this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#open = 0;
    this.#changes.length = 0;
    this.#life.abort();
    this.#wake();
    this.#serve();
  }

  /** Hands out what there is, and the end where nothing more can come. */
  #serve(): void {
    while (this.#readers.length > 0) {
      const value = this.#changes.shift();
      if (!value && this.#open > 0) return;
      const reader = this.#readers.shift();
      if (value) reader?.resolve({ value });
      else if (this.#failure === undefined) reader?.resolve({ done: true, value: undefined });
      else reader?.reject(this.#failure);
      if (!value) this.#failure = undefined;
    }
  }

  /** Time that never runs backwards: a clock that is set back must not hold the watch up. */
  #now(): number {
    const now = this.#context.clock.now();
    this.#lostMs += Math.max(0, this.#seenAt - now);
    this.#seenAt = now;
    return now + this.#lostMs;
  }

  /** Asks what is due, one request after the other, while somebody waits. */
  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    while (this.#readers.length > 0 && this.#open > 0) {
      const at = Math.max(this.#schedule.nextAt ?? Number.POSITIVE_INFINITY, this.#pace.nextAt);
      const left = at - this.#now();
      if (left > 0) {
        await this.#pause(left);
        continue;
      }
      this.#pace.sent(this.#now());
      void this.#ask(this.#schedule.take());
    }
    this.#isRunning = false;
  }

  /** A request beside those that `#run` sends: it waits like them, and counts like them. */
  async #turn(): Promise<void> {
    for (let left = this.#pace.nextAt - this.#now(); left > 0; left = this.#pace.nextAt - this.#now())
      await abortableSleep(this.#context.clock, left, this.#life.signal);
    this.#pace.sent(this.#now());
  }

  async #ask(question: Question | undefined): Promise<void> {
    try {
      await question?.ask(this.#asking);
    } catch (error) {
      this.#end(error);
    }
    if (this.#open === 0) this.#signal?.removeEventListener("abort", this.#onAbort);
    this.#serve();
    this.#wake();
  }

  /** Until the time is up or something has happened; where all questions are out, only the latter. */
  async #pause(ms: number): Promise<void> {
    const woken = new AbortController();
    const wake = new Promise<void>((resolve) => {
      this.#wake = () => {
        woken.abort();
        resolve();
      };
    });
    const slept = ms === Number.POSITIVE_INFINITY ? wake : this.#context.clock.sleep(ms, woken.signal).catch(() => {});
    await Promise.race([slept, wake]);
    this.#wake = () => {};
  }

  async #saw(watched: Watched, answer: AnyTask): Promise<void> {
    const { family, handle, seen } = watched;
    const task = asHandle(answer, family.name, handle.external_task_id);
    const ended = isEnd(task.task_status);
    if (watched.ended || (task.task_status === seen && !ended)) return;
    watched.seen = task.task_status;
    watched.ended = ended;
    reportStatus(this.#context, task);
    if (ended) await rememberTask(this.#context, family, "ended", task);
    if (this.#life.signal.aborted) return;
    if (ended) this.#open -= 1;
    this.#changes.push({ handle: { ...handle, task_id: task.task_id }, task, ended });
  }

  #failed(watched: Watched, error: KlingkitError): void {
    watched.ended = true;
    this.#open -= 1;
    this.#changes.push({ handle: watched.handle, error: error.withHandle(watched.handle), ended: true });
  }
}
