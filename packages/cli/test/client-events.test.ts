import type { KlingEvent } from "@klingkit/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reportEvents } from "../src/client-events.js";
import { ioOf } from "../src/io.js";
import { FakeIo } from "./helpers.js";

const asked = { type: "request", method: "GET", path: "/kling/v1/videos/text2video/1", attempt: 1 } as const;
const answered = { type: "response", method: "GET", path: asked.path, status: 200, ms: 1 } as const;
const again = { type: "retry", attempt: 2, delayMs: 1_000, code: "timeout" } as const;
const held = "klingkit: http://127.0.0.1:1 has not answered for 5 s; still waiting, Ctrl-C ends it.\n";
const gone = "klingkit: nothing answers at http://127.0.0.1:1 (connection-refused); trying again, Ctrl-C ends it.\n";
const back = "klingkit: http://127.0.0.1:1 answers again.\n";
const failed = { ...answered, status: 503 } as const;
const refused = { type: "no-answer", method: "GET", path: asked.path, code: "connection-refused" } as const;
const unanswered = { ...refused, code: "timeout" } as const;
const address = "http://127.0.0.1:1";

describe("a server that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** What is told of these events, with a pause after each. */
  function toldOf(events: readonly KlingEvent[], pauseMs: number): string {
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), address);
    for (const event of events) {
      onEvent(event);
      vi.advanceTimersByTime(pauseMs);
    }
    return io.err;
  }

  it("is waited for in silence for 5 seconds, then named once", () => {
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), address);
    onEvent(asked);
    vi.advanceTimersByTime(4_999);
    expect(io.err).toBe("");
    vi.advanceTimersByTime(25_001);
    expect(io.err).toBe(held);
    for (const event of [unanswered, again, asked]) onEvent(event);
    vi.advanceTimersByTime(30_000);
    expect(io.err).toBe(held);
  });

  it("is named again when it has answered in between, which is told too", () => {
    expect(toldOf([asked, answered, asked, answered], 6_000)).toBe(`${held}${back}${held}${back}`);
  });

  it("is told to be gone while polls are missed one after the other, without a retry", () => {
    const polls = Array.from({ length: 100 }, () => [asked, refused]).flat();
    expect(toldOf(polls, 125)).toBe(gone);
    expect(toldOf([...polls, asked, answered, asked, answered], 125)).toBe(gone + back);
  });

  it("is told to answer with errors only, as a proxy does for a server that has ended", () => {
    const polls = Array.from({ length: 100 }, () => [asked, failed]).flat();
    expect(toldOf([...polls, asked, answered], 125)).toBe(
      `klingkit: ${address} answers with errors only (HTTP 503); trying again, Ctrl-C ends it.\n${back}`,
    );
  });

  it("is not complained about for single faults, nor while nothing is asked", () => {
    const good = [asked, refused, again, asked, answered, asked, failed, again, asked, answered];
    expect(toldOf([...good, ...good, ...good], 1_000)).toBe("");
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), address);
    for (const event of [asked, answered]) onEvent(event);
    vi.advanceTimersByTime(60_000);
    expect(io.err).toBe("");
  });

  it("does not spoil the progress line, where there is one", () => {
    const io = new FakeIo({ columns: 80 });
    reportEvents(ioOf(io), address)(asked);
    vi.advanceTimersByTime(5_000);
    expect(io.err).toBe(`\r\x1b[2K${held}`);
  });
});

it("what a task became and could not be remembered is told once", () => {
  const io = new FakeIo();
  const onEvent = reportEvents(ioOf(io), "http://127.0.0.1:1");
  const cause = new Error("The disk is full.");
  for (const external_task_id of ["kk-1", "kk-2"])
    onEvent({ type: "task-store-failed", family: "text2video", external_task_id, cause });
  expect(io.err).toBe("klingkit: warning: what became of text2video/kk-1 was not remembered. The disk is full.\n");
});
