import {
  type Clock,
  createKlingClient,
  type KlingClient,
  type KlingClientOptions,
  type KlingEvent,
  KlingkitError,
  type MediaInput,
} from "@klingkit/core";

export const taskId = "842250903629086785";
export const picture = "https://example.com/picture.png";

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** A clock that is pushed by hand. */
export class TestClock implements Clock {
  time = 1_800_000_000_000;
  readonly sleepers = new Set<Sleeper>();
  /** Every sleep that was asked for, in milliseconds, request limits included. */
  readonly slept: number[] = [];

  now(): number {
    return this.time;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const leave = () => {
        this.sleepers.delete(sleeper);
        signal?.removeEventListener("abort", onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const wake = () => {
        leave();
        resolve();
      };
      const sleeper = { wakesAt: this.time + (Number.isNaN(ms) ? 0 : ms), wake };
      this.sleepers.add(sleeper);
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  after(ms: number, callback: () => void): () => void {
    this.slept.push(ms);
    const sleeper = { wakesAt: this.time + ms, wake: () => this.sleepers.delete(sleeper) && callback() };
    this.sleepers.add(sleeper);
    return () => void this.sleepers.delete(sleeper);
  }

  /** Moves time on, waking every sleeper on the way at its own time. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await quiet();
      const next = this.next();
      if (!next || next.wakesAt > end) break;
      this.wake(next);
    }
    this.time = end;
    await quiet();
  }

  next(): Sleeper | undefined {
    return [...this.sleepers].sort((left, right) => left.wakesAt - right.wakesAt)[0];
  }

  wake(sleeper: Sleeper): void {
    this.time = Math.max(this.time, sleeper.wakesAt);
    sleeper.wake();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

export type Outcome<T> = { readonly value: T; readonly error?: never } | { readonly error: unknown };

/** Follows a call to its end, pushing the clock whenever the call waits; fails where it would never end. */
export async function finish<T>(clock: TestClock, call: Promise<T>, maxSteps = 2_000): Promise<Outcome<T>> {
  let outcome: Outcome<T> | undefined;
  call.then(
    (value) => {
      outcome = { value };
    },
    (error: unknown) => {
      outcome = { error };
    },
  );
  for (let step = 0; step < maxSteps; step += 1) {
    await quiet();
    if (outcome) return outcome;
    const next = clock.next();
    if (next) clock.wake(next);
    // Nothing waits for the clock: what is awaited is real, such as a signature or a file, and takes the time it takes.
    else await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("The call does not end.");
}

/** The error a call ends with; one of klingkit's own says what is wrong and what to do. */
export async function failure(clock: TestClock, call: Promise<unknown>): Promise<unknown> {
  const outcome = await finish(clock, call);
  if ("error" in outcome) return speaking(outcome.error);
  throw new Error(`The call succeeds with ${JSON.stringify(outcome.value)}.`);
}

/** The error as it is. @throws Error if it is klingkit's and lacks a sentence, a code or a verdict */
export function speaking(error: unknown): unknown {
  if (!KlingkitError.isInstance(error)) return error;
  const { message, remedy, code, retry } = error;
  const what = message.endsWith(remedy) ? message.slice(0, message.length - remedy.length).trim() : "";
  // Of a call that is aborted before anything is sent nothing is left to do.
  const saysWhatToDo = code === "aborted" || /^[A-Z].+\.$/s.test(remedy);
  const saysWhat = /\w.*[.?!:)"]$/s.test(what) && /^[a-z-]+$/.test(code);
  if (saysWhat && saysWhatToDo && /^(never|after-delay|after-fix|unknown)$/.test(retry)) return error;
  throw new Error(`An error does not say enough: ${JSON.stringify(error)}`);
}

/** What a function throws, which has to say enough. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return speaking(error);
  }
  throw new Error("Nothing is thrown.");
}

/** What a call resolves to. */
export async function success<T>(clock: TestClock, call: Promise<T>, maxSteps?: number): Promise<T> {
  const outcome = await finish(clock, call, maxSteps);
  if ("value" in outcome) return outcome.value;
  throw outcome.error;
}

export interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: RequestRedirect;
  readonly body: Record<string, unknown>;
  readonly at: number;
}

/** One answer of a scripted server: a response, something to throw, or no answer at all. */
export type Step = ((request: Sent) => Response) | { readonly throws: unknown } | "no answer";

export interface World {
  /** Its types take bytes also where it was given no `prepare`, for tests that say what happens then. */
  readonly client: KlingClient<MediaInput>;
  readonly clock: TestClock;
  readonly sent: Sent[];
  readonly events: KlingEvent[];
  posts(): number;
}

/** A client in front of a server that follows a script; the last step is repeated. */
export function world(steps: readonly Step[], options: Partial<KlingClientOptions> = {}): World {
  const clock = new TestClock();
  const sent: Sent[] = [];
  const events: KlingEvent[] = [];
  const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    const step = steps[Math.min(sent.length, steps.length - 1)];
    const body = request.method === "POST" ? ((await request.json()) as Record<string, unknown>) : {};
    const { method, url, headers, redirect } = request;
    const asked = { method, url, headers, redirect, body, at: clock.now() };
    sent.push(asked);
    if (step === "no answer" || step === undefined) return neverAnswer(request.signal);
    if (typeof step === "function") return step(asked);
    throw step.throws;
  };
  const onEvent = (event: KlingEvent) => {
    events.push(event);
  };
  const client = createKlingClient({ apiKey: "sk-test-key", fetch, clock, random: () => 0.5, onEvent, ...options });
  return {
    client: client as KlingClient<MediaInput>,
    clock,
    sent,
    events,
    posts: () => sent.filter(({ method }) => method === "POST").length,
  };
}

function neverAnswer(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

/** An answer with a JSON body, or with a text as it is. */
export function answer(status: number, body: unknown, headers: Record<string, string> = {}): () => Response {
  const content = status === 204 || status === 304 ? null : typeof body === "string" ? body : JSON.stringify(body);
  return () => new Response(content, { status, headers });
}

export function task(status: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const result = status === "succeed" ? { task_result: results } : {};
  return { task_id: taskId, task_status: status, task_info: {}, created_at: 1, updated_at: 1, ...result, ...more };
}

export function envelope(data: unknown): Record<string, unknown> {
  return { code: 0, message: "SUCCEED", request_id: "request-1", data };
}

/** The provider's answer about a task in this status: the one that was asked for by its task id, else always the same. */
export function standing(status: string, more: Record<string, unknown> = {}): (request?: Sent) => Response {
  return (request) => {
    const [, id = taskId] = /\/(\d+)$/.exec(request?.url ?? "") ?? [];
    return answer(200, envelope(task(status, { task_id: id, ...more })))();
  };
}

export function refusal(status: number, code: number, headers: Record<string, string> = {}): () => Response {
  return answer(status, { code, message: "no", request_id: "request-1" }, headers);
}

export const html = "<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>";

/** A fault of the connection as Node's fetch reports it; by default it came while reading, or while connecting. */
export function networkFault(code: string, syscall = code === "ECONNREFUSED" ? "connect" : "read"): Step {
  const cause = Object.assign(new Error(`${syscall} ${code}`), { code, syscall });
  return { throws: new TypeError("fetch failed", { cause }) };
}

export const results = {
  videos: [{ id: "842250903629086786", url: "https://cdn.example.com/v.mp4", duration: "5.1" }],
};
