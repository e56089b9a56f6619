import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { run } from "../src/run.js";
import { contents, emptyFolder, FakeIo, klingkit, picture, simulator, until } from "./helpers.js";

/** A simulator with one task in it. */
async function withTask(prompt = "waves") {
  const server = await simulator({ list: true });
  const at = ["--base-url", server.url];
  const args = ["submit", "image2video", "--image", picture, "--prompt", prompt, "--external-task-id", "my-1", ...at];
  const { out } = await klingkit(args);
  const handle = out.trimEnd();
  return { ...server, at, handle, id: handle.split("/")[1] ?? "" };
}

describe("submit", () => {
  it("prints the handle and sends the picture as base64, with the model that is served", async () => {
    const { mock, handle, id } = await withTask();
    expect(handle).toMatch(/^image2video\/\d+$/);
    expect(mock.tasks.byId(id)?.request).toMatchObject({ model_name: "kling-v2-6", prompt: "waves" });
  });

  it("takes --body from standard input or a file, with flags on top", async () => {
    const { url, mock } = await simulator();
    const cwd = await emptyFolder();
    const stdin = JSON.stringify({ image: "https://example.com/a.jpg", prompt: "from the body", mode: "pro" });
    await writeFile(path.join(cwd, "body.json"), stdin);
    for (const source of ["-", "body.json"]) {
      const args = ["submit", "image2video", "--body", source, "--prompt", "from a flag", "--base-url", url];
      expect((await klingkit(args, { cwd, stdin })).code).toBe(0);
      const [task] = mock.tasks.newestFirst();
      expect(task?.request).toMatchObject({ image: "https://example.com/a.jpg", prompt: "from a flag", mode: "pro" });
    }
  });

  it("says SIMULATED or LIVE, the address and the estimate before anything is sent", async () => {
    const { url } = await simulator();
    const image = ["submit", "image2video", "--image", "https://example.com/a.jpg"];
    const simulated = await klingkit([...image, "--base-url", url, "--mode", "pro", "--duration", "10"]);
    expect(simulated.err).toMatch(
      new RegExp(`^SIMULATED ${url}: free \\(live: about [\\d.]+ units \\(\\$[\\d.]+\\)\\)\n`),
    );
    const live = await klingkit([...image, "--base-url", "https://api.klingkit.invalid"], {
      env: { COMETAPI_KEY: "sk-1" },
    });
    expect(live.err).toMatch(/^LIVE https:\/\/api\.klingkit\.invalid: about [\d.]+ units \(\$[\d.]+\)/);
  });
});

describe("handles", () => {
  it("may be family/id, a bare id with --family, or the caller's own id", async () => {
    const { handle, id, at } = await withTask();
    for (const words of [[handle], [id, "--family", "image2video"], ["image2video/my-1"]]) {
      const { code, out } = await klingkit(["get", ...words, ...at]);
      expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining(handle) });
    }
  });

  it.each([
    ["a bare id without --family", ["123"], /"123" names no family\. Write it as family\/id, or add --family/],
    [
      "a family nobody knows",
      ["image2movie/123"],
      /There is no family "image2movie"\. Use one of text2video, image2video, multi-image2video, /,
    ],
    ["an id that would change the address", ["image2video/.."], /"\.\." is not a task id/],
    ["too many parts", ["image2video/1/2"], /is not a task handle/],
    ["nothing", [""], /names no family/],
  ])("refuses %s", async (_, words, says) => {
    const { url } = await simulator();
    for (const command of ["get", "wait", "download"]) {
      const { code, err } = await klingkit([command, ...words, "--base-url", url]);
      expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(says) });
    }
  });

  it("of a task that does not exist is refused by the server", async () => {
    const { url } = await simulator();
    expect((await klingkit(["get", "image2video/404", "--base-url", url])).code).toBe(6);
  });
});

describe("list", () => {
  it("prints the newest first, page by page, and says so when there is none", async () => {
    const { url } = await simulator({ list: true });
    const at = ["--base-url", url];
    expect((await klingkit(["list", "image2video", ...at])).out).toBe("No tasks.\n");
    const handles: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const { out } = await klingkit(["submit", "image2video", "--image", picture, ...at]);
      handles.unshift(out.trimEnd());
    }
    const { out } = await klingkit(["list", "image2video", "--page-num", "2", "--page-size", "2", ...at]);
    expect(out.trimEnd().split("\n")).toEqual([expect.stringContaining(handles[2] ?? "?")]);
  });

  it.each([
    ["--page-size", "501"],
    ["--page-size", "0"],
    ["--page-num", "1.5"],
    ["--page-num", "-1"],
  ])("refuses %s %s", async (flag, value) => {
    const { code, err } = await klingkit(["list", "image2video", flag, value]);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/Give a whole number from 1 to \d+\./) });
  });
});

describe("wait and download", () => {
  it("wait prints the task, and with --out puts the file into a folder that it makes", async () => {
    const { handle, id, at } = await withTask();
    const cwd = await emptyFolder();
    expect((await klingkit(["wait", handle, ...at], { cwd })).out).toBe(`${handle}  succeed\n`);
    const { code, out } = await klingkit(["wait", handle, "--out", "films/new/", ...at], { cwd });
    const file = path.join(cwd, "films/new", `image2video-${id}.mp4`);
    expect({ code, out }).toEqual({ code: 0, out: `${file}\n` });
    expect((await readFile(file)).toString("latin1", 4, 8)).toBe("ftyp");
  });

  it("wait says what stood in its way when nobody answers", async () => {
    const { close, handle, at } = await withTask();
    await close();
    const { code, err } = await klingkit(["wait", handle, "--timeout", "0.5", ...at]);
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(/in time\. The last query failed: Nothing answers at/),
    });
  });

  it("wait of a failed task is exit code 5", async () => {
    const { handle, at } = await withTask("[[scenario=image-invalid]]");
    expect((await klingkit(["wait", handle, ...at])).code).toBe(5);
  });

  it("refuse to write to standard output, and make no file of that name", async () => {
    const cwd = await emptyFolder();
    for (const args of [
      ["wait", "image2video/1"],
      ["wait", "image2video/1", "image2video/2"],
      ["download", "image2video/1"],
      ["resume", "image2video/1"],
    ]) {
      const { code, err } = await klingkit([...args, "--out", "-"], { cwd });
      expect([code, err], args.join(" ")).toEqual([
        2,
        expect.stringContaining("Only klingkit generate writes a result to standard output"),
      ]);
    }
    expect(await contents(cwd)).toEqual([]);
  });

  it("download takes a handle or an address, and needs no key for an address", async () => {
    const { handle, at } = await withTask();
    const cwd = await emptyFolder();
    const { task } = (await klingkit(["wait", handle, "--json", ...at])).json();
    expect((await klingkit(["download", handle, "--out", "a.mp4", ...at], { cwd })).code).toBe(0);
    const [{ url }] = task.task_result.videos;
    expect(await klingkit(["download", url, "--out", "b.mp4"], { cwd })).toMatchObject({ code: 0, err: "" });
    expect(await contents(cwd)).toEqual(["a.mp4", "b.mp4"]);
  });

  it("download of a task that is not finished says so and leaves nothing", async () => {
    const { handle, at } = await withTask("[[scenario=stuck]]");
    const cwd = await emptyFolder();
    const { code, err } = await klingkit(["download", handle, "--out", "deep/", ...at], { cwd });
    expect(err).toMatch(/has no result.*\(status: (submitted|processing)\)/);
    expect({ code, left: (await contents(cwd)).filter((name) => name.includes("mp4")) }).toEqual({ code: 4, left: [] });
  });

  it("replaces a file only with --force", async () => {
    const { handle, at } = await withTask();
    const cwd = await emptyFolder();
    await klingkit(["wait", handle, ...at]);
    await writeFile(path.join(cwd, "a.mp4"), "mine");
    expect((await klingkit(["download", handle, "--out", "a.mp4", ...at], { cwd })).code).toBe(2);
    expect(await readFile(path.join(cwd, "a.mp4"), "utf8")).toBe("mine");
    expect((await klingkit(["download", handle, "--out", "a.mp4", "--force", ...at], { cwd })).code).toBe(0);
    expect(await readFile(path.join(cwd, "a.mp4"), "utf8")).not.toBe("mine");
  });

  it("does not lose a paid task when its file can't be written", async () => {
    const { url, mock } = await simulator();
    const cwd = await emptyFolder();
    // The name is free when it is looked at and taken by a folder when the result comes.
    const io = new FakeIo({ cwd });
    const ended = run(["generate", picture, "--base-url", url, "--out", "x/y.mp4"], io);
    await until(() => mock.tasks.size > 0);
    await writeFile(path.join(cwd, "x"), "a file where the folder should be");
    expect(await ended).toBe(10);
    expect(io.err).toMatch(/\nResume with: klingkit resume image2video\/\d+ --base-url /);
    expect(await contents(cwd)).toEqual(["x"]);
  });

  it("leaves nothing half-written when it is interrupted or cut off", async () => {
    const { url } = await simulator({ render: "fast" });
    const cwd = await emptyFolder();
    await mkdir(path.join(cwd, "out"));
    const io = new FakeIo({ cwd });
    const ended = run(["generate", picture, "--base-url", url, "--out", "out"], io);
    let done = false;
    ended.finally(() => {
      done = true;
    });
    await until(async () => done || (await contents(path.join(cwd, "out"))).some((name) => name.endsWith(".part")));
    io.interrupt();
    expect([0, 4]).toContain(await ended);
    expect((await contents(path.join(cwd, "out"))).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("mock", () => {
  it("serves until it is interrupted", async () => {
    const io = new FakeIo();
    const ended = run(["mock", "--port", "0", "--render", "none", "--dialect", "kling"], io);
    await until(() => io.isListening);
    const url = /at (http:\S+)/.exec(io.out)?.[1] ?? "";
    expect(io.out).toBe(`klingkit simulator (kling) at ${url}\n`);
    expect(await (await fetch(`${url}/__mock/health`)).json()).toMatchObject({ status: "ok", dialect: "kling" });
    io.interrupt("SIGTERM");
    expect(await ended).toBe(0);
    await expect(fetch(`${url}/__mock/health`)).rejects.toThrow();
  });

  it("says in one sentence that its port is taken, or that a value can't be used", async () => {
    const { url } = await simulator();
    const { port } = new URL(url);
    expect(await klingkit(["mock", "--port", port])).toMatchObject({
      code: 2,
      err: `klingkit: Port ${port} is taken; choose another with --port, or 0 for any free one.\n`,
    });
    expect((await klingkit(["mock", "--port", "many"])).err).toMatch(/--port is "many"; give a whole number/);
    expect((await klingkit(["mock", "--render", "best"])).code).toBe(2);
  });

  it("says in words why its state can't be kept, not in the system's code", async () => {
    const folder = await emptyFolder();
    const missing = path.join(folder, "gone", "state");
    expect((await klingkit(["mock", "--port", "0", "--state", missing])).err).toBe(
      `klingkit: The lock ${missing}.lock can't be written: its folder does not exist; give --state another path.\n`,
    );
    expect((await klingkit(["mock", "--port", "0", "--state", folder])).err).toBe(
      `klingkit: The state file ${folder} can't be read: it is a folder; give --state another path.\n`,
    );
  });
});

describe("generate --mock", () => {
  it.each([
    ["https://example.com/picture.jpg", true],
    [picture, false],
  ])("says that the simulator fetches no addresses: %s, %s", async (image, isSaid) => {
    const { code, err } = await klingkit(["generate", image, "--mock"], { cwd: await emptyFolder() });
    expect(code).toBe(0);
    expect(err.includes("the simulator fetches no addresses")).toBe(isSaid);
  });

  it("needs no key, no port and no network, and ignores keys and addresses around it", async () => {
    const cwd = await emptyFolder();
    const env = { COMETAPI_KEY: "sk-real", KLINGKIT_BASE_URL: "https://api.klingkit.invalid" };
    const { code, out, err } = await klingkit(["generate", picture, "--mock", "--out", "a.mp4"], { cwd, env });
    expect({ code, out, err }).toEqual({
      code: 0,
      out: `${path.join(cwd, "a.mp4")}\n`,
      err: expect.stringContaining("SIMULATED in this process: free (live: about 1.5 units ($0.21))\n"),
    });
  });

  it("refuses an address beside it", async () => {
    const { code, err } = await klingkit(["generate", picture, "--mock", "--base-url", "https://api.example.com"]);
    expect({ code, err }).toEqual({
      code: 2,
      err: expect.stringContaining("'--mock' cannot be used with option '--base-url"),
    });
  });

  it.each([
    ["фото с моря.jpg", "фото-с-моря"],
    ["..jpg", "video"],
    ["-rf.jpg", "rf"],
    ["a b*c.jpg", "a-b-c"],
  ])("names the file of %j after the picture, safely", async (name, stem) => {
    const cwd = await emptyFolder();
    await writeFile(path.join(cwd, name), await readFile(picture));
    const { url } = await simulator();
    const { json } = await klingkit(["generate", `./${name}`, "--base-url", url, "--json"], { cwd });
    const { file, task } = json();
    expect(file).toBe(path.join(cwd, `${stem}-${task.task_id}.mp4`));
  });
});
