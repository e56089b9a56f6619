import type { Mock, MockAnswer } from "@klingkit/mock-server";
import { describe, expect, it, vi } from "vitest";
import { ask, frozenMock, image2video, minimal } from "./helpers.js";

/** A stream of events as a host gets it. @param reads whether its reader takes what comes */
function listen(mock: Mock, reads: boolean): string[] {
  const asked = {
    method: "GET",
    path: "/__mock/events",
    query: new URLSearchParams(),
    headers: {},
    origin: "http://127.0.0.1",
  };
  const { stream } = mock.handle(asked) as MockAnswer;
  const got: string[] = [];
  stream?.((text) => void (reads && got.push(text())));
  return got;
}

/** How often something is written as JSON while a task is submitted. */
async function writings(mock: Mock): Promise<number> {
  const written = vi.spyOn(JSON, "stringify");
  await ask(mock.fetch, "POST", image2video.cometapi, { body: minimal });
  const count = written.mock.calls.length;
  written.mockRestore();
  return count;
}

describe("an event", () => {
  it("is written as text once for all readers, and not at all for those who have left too much unread", async () => {
    const [none, one, fifty, unread] = [frozenMock(), frozenMock(), frozenMock(), frozenMock()];
    const first = listen(one, true);
    const all = Array.from({ length: 50 }, () => listen(fifty, true));
    for (let count = 0; count < 50; count += 1) listen(unread, false);
    await writings(frozenMock());
    const [bare, single] = [await writings(none), await writings(one)];
    expect(single).toBeGreaterThan(bare);
    expect(await writings(fifty)).toBe(single);
    expect(await writings(unread)).toBe(bare);
    expect(first.length).toBeGreaterThan(3);
    expect(new Set(all.map((got) => got.join(""))).size).toBe(1);
  });
});
