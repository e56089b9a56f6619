import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reportEvents } from "../src/client-events.js";
import { ioOf } from "../src/io.js";
import { FakeIo } from "./helpers.js";

const asked = { type: "request", method: "GET", path: "/kling/v1/videos/text2video/1", attempt: 1 } as const;
const answered = { type: "response", method: "GET", path: asked.path, status: 200, ms: 1 } as const;
const again = { type: "retry", attempt: 2, delayMs: 1_000, code: "timeout" } as const;
const told = "klingkit: http://127.0.0.1:1 has not answered for 5 s; still waiting, Ctrl-C ends it.\n";

describe("a server that does not answer", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("is waited for in silence for 5 seconds, then named once", () => {
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), "http://127.0.0.1:1");
    onEvent(asked);
    vi.advanceTimersByTime(4_999);
    expect(io.err).toBe("");
    vi.advanceTimersByTime(25_001);
    expect(io.err).toBe(told);
    onEvent(again);
    onEvent(asked);
    vi.advanceTimersByTime(30_000);
    expect(io.err).toBe(told);
  });

  it("is named again when it has answered in between", () => {
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), "http://127.0.0.1:1");
    for (const event of [asked, answered, asked, answered]) {
      onEvent(event);
      vi.advanceTimersByTime(6_000);
    }
    expect(io.err).toBe(told + told);
  });

  it("is not complained about while nothing is asked", () => {
    const io = new FakeIo();
    const onEvent = reportEvents(ioOf(io), "http://127.0.0.1:1");
    for (const event of [asked, answered, asked, again]) onEvent(event);
    vi.advanceTimersByTime(60_000);
    expect(io.err).toBe("");
  });

  it("does not spoil the progress line, where there is one", () => {
    const io = new FakeIo({ columns: 80 });
    reportEvents(ioOf(io), "http://127.0.0.1:1")(asked);
    vi.advanceTimersByTime(5_000);
    expect(io.err).toBe(`\r\x1b[2K${told}`);
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
