import { describe, expect, it } from "vitest";
import { run } from "../src/run.js";
import { contents, emptyFolder, FakeIo, klingkit, picture, simulator, until } from "./helpers.js";

/** A simulator with a task for each prompt. */
async function withTasks(...prompts: readonly string[]) {
  const server = await simulator();
  const at = ["--base-url", server.url];
  const handles: string[] = [];
  for (const prompt of prompts) {
    const { out } = await klingkit(["submit", "image2video", "--image", picture, "--prompt", prompt, ...at]);
    handles.push(out.trimEnd());
  }
  return { ...server, at, handles };
}

describe("wait for several tasks", () => {
  it("prints each when it has ended, and puts the results into one folder", async () => {
    const { handles, at } = await withTasks("waves", "wind");
    const { code, out } = await klingkit(["wait", ...handles, ...at]);
    expect({ code, lines: out.trimEnd().split("\n").sort() }).toEqual({
      code: 0,
      lines: handles.map((handle) => `${handle}  succeed`).sort(),
    });
    const cwd = await emptyFolder();
    expect((await klingkit(["wait", ...handles, "--out", "films", ...at], { cwd })).code).toBe(0);
    expect(await contents(cwd)).toEqual([
      "films",
      ...handles.map((handle) => `films/${handle.replace("/", "-")}.mp4`).sort(),
    ]);
  });

  it("needs no folder that can be written to where no file is wanted", async () => {
    const { handles, at } = await withTasks("waves", "wind");
    for (const wanted of [handles, handles.slice(0, 1)]) {
      const { code, err } = await klingkit(["wait", ...wanted, ...at], { cwd: "/proc/klingkit/here" });
      expect(code, err).toBe(0);
    }
  });

  it("8 where they come out differently, each with its reason; one JSON object with --json", async () => {
    const { handles, at } = await withTasks("waves", "[[scenario=image-invalid]]");
    const { code, err, json } = await klingkit(["wait", ...handles, "image2video/404", "--json", ...at]);
    expect(code).toBe(8);
    expect(err).toMatch(/klingkit: image2video\/404: The provider refused: .*\nklingkit: 1 of 3 tasks succeeded\.\n$/s);
    const { tasks, unfinished } = json();
    expect(unfinished).toEqual([]);
    expect(
      Object.fromEntries(tasks.map(({ handle, exitCode }: { handle: string; exitCode: number }) => [handle, exitCode])),
    ).toEqual({
      [handles[0] ?? ""]: 0,
      [handles[1] ?? ""]: 5,
      "image2video/404": 6,
    });
  });

  it("5 where all have failed", async () => {
    const { handles, at } = await withTasks("[[scenario=image-invalid]]", "[[scenario=image-invalid]]");
    expect((await klingkit(["wait", ...handles, ...at])).code).toBe(5);
  });

  it("4 where none has ended in time, with the command that goes on", async () => {
    const { handles, at } = await withTasks("[[scenario=stuck]]", "[[scenario=stuck]]");
    const { code, err } = await klingkit(["wait", ...handles, "--timeout", "0.3", ...at]);
    expect(code).toBe(4);
    expect(err).toContain(`\nResume with: klingkit resume ${handles.join(" ")} --base-url`);
  });

  it("8 when it is interrupted, and says which tasks are open", async () => {
    const { handles, at, mock } = await withTasks("waves", "[[scenario=stuck]]");
    const io = new FakeIo();
    const ended = run(["wait", ...handles, ...at], io);
    await until(() => io.out !== "" && mock.tasks.size === 2);
    io.interrupt();
    expect(await ended).toBe(8);
    expect(io.err).toMatch(new RegExp(`Resume with: klingkit resume ${handles[1]} --base-url`));
  });

  it("refuses all where one is no handle, before anything is asked", async () => {
    const { handles, at } = await withTasks("waves");
    expect(await klingkit(["wait", ...handles, "nonsense", ...at])).toMatchObject({ code: 2, out: "" });
  });
});
