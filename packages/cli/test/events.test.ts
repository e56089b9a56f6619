import { describe, expect, it } from "vitest";
import { emptyFolder, klingkit, picture, simulator } from "./helpers.js";

/** The events of one command. */
async function events(args: readonly string[], cwd?: string) {
  const { code, out, err } = await klingkit(args, { cwd: cwd ?? (await emptyFolder()) });
  const lines = out.trimEnd().split("\n");
  return { code, err, events: lines.map((line) => JSON.parse(line)) };
}

describe("--jsonl", () => {
  it("prints each step of a generation, the result, and how it ended", async () => {
    const { url } = await simulator({ timing: { submittedMs: 300, processingMs: 600 } });
    const { code, events: seen } = await events(["generate", picture, "--out", "a.mp4", "--base-url", url, "--jsonl"]);
    expect(code).toBe(0);
    expect(seen.map(({ type, task_status }) => task_status ?? type)).toEqual([
      "price",
      "sending",
      "task",
      "submitted",
      "processing",
      "succeed",
      "result",
      "end",
    ]);
    const [price, , { handle }] = seen;
    expect(price).toEqual({ type: "price", address: url, simulated: true, units: 1.5, usd: 0.21 });
    expect(seen.filter(({ type }) => type === "status")).toMatchObject([{ handle }, { handle }, { handle }]);
    expect(seen.at(-2)).toMatchObject({
      handle,
      task: { task_status: "succeed" },
      file: expect.stringMatching(/a\.mp4$/),
    });
    expect(seen.at(-1)).toEqual({ type: "end", exitCode: 0 });
  });

  it("prints what became of each of several when it is known, and nothing twice", async () => {
    const { url } = await simulator();
    const args = ["generate", picture, picture, "--prompt", "[[scenario=risk-control;times=1]]", "--out", "films"];
    const { code, events: seen } = await events([...args, "--base-url", url, "--jsonl"]);
    expect(code).toBe(5);
    const results = seen.filter(({ type }) => type === "result");
    expect(results).toHaveLength(2);
    expect(results).toMatchObject([{ exitCode: 5, handle: expect.stringMatching(/^image2video\/\d+$/) }, {}]);
    expect(seen.at(-1)).toEqual({ type: "end", exitCode: 5 });
  });

  it("prints an error about an existing task with its handle and the way to go on", async () => {
    const { url } = await simulator();
    const args = ["generate", picture, "--prompt", "[[scenario=stuck]]", "--timeout", "0.3", "--base-url", url];
    const { code, events: seen } = await events([...args, "--jsonl"]);
    const [error, end] = seen.slice(-2);
    expect(error).toMatchObject({
      type: "error",
      handle: expect.stringMatching(/^image2video\/\d+$/),
      resume: expect.stringMatching(/^klingkit resume image2video\/\d+ --base-url/),
      error: { code: "wait-timeout", exitCode: 4 },
    });
    expect({ code, end }).toEqual({ code: 4, end: { type: "end", exitCode: 4 } });
  });

  it("follows tasks that exist: wait and resume", async () => {
    const { url } = await simulator();
    const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "A boat", "--base-url", url];
    const [one, other] = [await events([...submit, "--jsonl"]), await events([...submit, "--jsonl"])];
    const [first, second] = [one, other].map(({ events: seen }) => seen.at(-2).handle);
    const waited = await events(["wait", first, second, "--base-url", url, "--jsonl"]);
    expect(
      waited.events
        .filter(({ type }) => type === "result")
        .map(({ handle }) => handle)
        .sort(),
    ).toEqual([first, second].sort());
    const resumed = await events(["resume", first, "--base-url", url, "--jsonl"]);
    expect(resumed.events.at(-2)).toMatchObject({ type: "result", handle: first, exitCode: 0 });
  });

  it("says a wrong flag as an error too", async () => {
    const { code, events: seen } = await events(["generate", picture, "--nonsense", "--jsonl"]);
    expect({ code, seen }).toMatchObject({
      code: 2,
      seen: [{ type: "error", error: { code: "usage" } }, { type: "end" }],
    });
  });
});
