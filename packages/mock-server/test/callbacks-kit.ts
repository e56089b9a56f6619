import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { ask, image2video, minimal, taskOf } from "./helpers.js";

export const hook = "http://127.0.0.1:4999/hook";

/** A callback as it arrived. */
interface Arrival {
  readonly url: string;
  readonly headers: Headers;
  /** Raw body. */
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** What a receiver does: the status it answers with, or something it throws. */
type Answering = (arrival: Arrival, count: number) => number | Promise<number>;

/** A simulator under a frozen clock whose tasks take 1 + 9 seconds, and a receiver that keeps what comes. */
export function receiving(options: MockOptions = {}, answering: Answering = () => 200) {
  const arrivals: Arrival[] = [];
  const callbackFetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const text = await request.text();
    const arrival = { url: request.url, headers: request.headers, text, body: JSON.parse(text) };
    arrivals.push(arrival);
    return new Response(null, { status: await answering(arrival, arrivals.length) });
  };
  const clock = new MockClock(() => 1_795_000_000_000);
  clock.freeze();
  const timing = { submittedMs: 1_000, processingMs: 9_000 };
  const mock = createMock({ clock, timing, callbackFetch, ...options });
  const path = image2video[mock.dialect];
  const submit = async (prefer = "", more: Record<string, unknown> = {}) =>
    taskOf(
      await ask(mock.fetch, "POST", path, {
        body: { ...minimal, callback_url: hook, ...more },
        headers: prefer === "" ? {} : { prefer },
      }),
    );
  /** Pushes the clock and waits until everything due has been sent. */
  const push = async (ms: number) => {
    clock.advance(ms);
    await mock.callbacks.settled();
  };
  const statuses = () => arrivals.map(({ body }) => body.task_status);
  return { mock, clock, arrivals, submit, push, statuses };
}
