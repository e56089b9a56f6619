import { onAbort } from "@klingkit/spec/web";
import type { ClientContext } from "../context.js";
import { AbortedError } from "../errors/index.js";
import { abortableSleep, monotonic } from "../lib/clock.js";
import type { Poll } from "../tasks/poll.js";
import { Pace } from "./pace.js";
import { type Question, questionsAbout, type Watching } from "./questions.js";
import { Schedule } from "./schedule.js";
import type { WatchChange } from "./watch-change.js";
import type { WatchOptions } from "./watch-options.js";

interface Reader {
  resolve(result: IteratorResult<WatchChange>): void;
  reject(error: unknown): void;
}

/** The iterator that `watch` returns. It queries on demand, and keeps changes until they are read. */
export class Watcher implements AsyncIterableIterator<WatchChange> {
  readonly #context: ClientContext;
  readonly #signal: AbortSignal | undefined;
  readonly #life = new AbortController();
  readonly #schedule = new Schedule<Question>();
  readonly #pace: Pace;
  readonly #watching: Watching;
  readonly #changes: WatchChange[] = [];
  readonly #readers: Reader[] = [];
  #polls: readonly Poll[];
  #open: number;
  #isRunning = false;
  #stopListening = () => {};
  /** The error that the next reader gets. */
  #failure: unknown;
  #wake = () => {};
  /** A monotonic clock, because a clock that is set back would stop the watch. */
  readonly #now: () => number;

  constructor(
    context: ClientContext,
    polls: readonly Poll[],
    options: WatchOptions & { readonly requestsPerSecond: number },
  ) {
    this.#context = context;
    this.#signal = options.signal;
    this.#polls = polls;
    this.#open = polls.length;
    this.#now = monotonic(context.clock);
    this.#pace = new Pace(options.requestsPerSecond, context.retry.maxRetryAfterMs);
    this.#watching = {
      context,
      query: { signal: this.#life.signal, mayRepeat: () => this.#turn() },
      polls: options,
      changed: (poll, task) =>
        this.#add({ handle: { ...poll.handle, task_id: task.task_id }, task, ended: poll.hasEnded }),
      failed: (poll, error) => {
        poll.hasEnded = true;
        this.#add({ handle: poll.handle, error, ended: true });
      },
      answered: (error) => this.#pace.answered(this.#now(), error),
      schedule: (question, ms) => this.#schedule.add(this.#now() + ms, question),
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

  /** Begins when the first change is asked for. */
  #begin(): void {
    if (this.#life.signal.aborted || this.#polls.length === 0) return;
    if (this.#signal?.aborted) {
      this.#onAbort();
      return;
    }
    this.#stopListening = onAbort(this.#signal, this.#onAbort);
    const watching = this.#watching;
    for (const question of questionsAbout(watching, this.#polls)) watching.schedule(question, question.firstMs);
    this.#polls = [];
  }

  readonly #onAbort = (): void => this.#end(new AbortedError(this.#signal?.reason));

  /** Ends all requests, timers and listeners. */
  #end(failure?: unknown): void {
    this.#failure = failure;
    this.#stopListening();
    this.#open = 0;
    this.#changes.length = 0;
    this.#life.abort();
    this.#wake();
    this.#serve();
  }

  /** Gives waiting readers the changes, or the end if there can be no more. */
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

  /** Sends the due queries, one after the other, while the caller waits. */
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
  async #turn(): Promise<boolean> {
    for (let left = this.#pace.nextAt - this.#now(); left > 0; left = this.#pace.nextAt - this.#now())
      await abortableSleep(this.#context.clock, left, this.#life.signal);
    this.#pace.sent(this.#now());
    return true;
  }

  async #ask(question: Question | undefined): Promise<void> {
    try {
      await question?.ask();
    } catch (error) {
      this.#end(error);
    }
    if (this.#open === 0) this.#stopListening();
    this.#serve();
    this.#wake();
  }

  /** Waits until the time is up or something has happened. If all queries are under way, only for the latter. */
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

  #add(change: WatchChange): void {
    if (this.#life.signal.aborted) return;
    if (change.ended) this.#open -= 1;
    this.#changes.push(change);
  }
}
