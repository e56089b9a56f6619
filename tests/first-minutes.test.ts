import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainBuild, explainInstall, progressLine, readBuild, readInstall, secondsLeft } from "../scripts/steps.mjs";

const root = path.resolve(import.meta.dirname, "..");

const isOwn = (file: string) => !file.includes("node_modules");

describe("in a fresh clone, a wrong argument", () => {
  let clone: string;
  beforeAll(async () => {
    clone = await mkdtemp(path.join(os.tmpdir(), "klingkit-clone-"));
    await cp(path.join(root, "scripts"), path.join(clone, "scripts"), { recursive: true });
    await cp(path.join(root, "bench"), path.join(clone, "bench"), { recursive: true, filter: isOwn });
    for (const file of ["package.json", "pnpm-lock.yaml"]) await cp(path.join(root, file), path.join(clone, file));
  });
  afterAll(() => rm(clone, { recursive: true }));

  it.each([
    [["start", "--promt", "x"], "npm start knows no option --promt"],
    [["start", "nowhere.png"], "There is no file nowhere.png"],
    [["docs", "eighty"], '"eighty" is no port'],
    [["pack", "--to", "vendor"], "is no folder"],
    [["bench", "nothing"], 'There is no measurement "nothing"'],
  ])("%j is told before anything is installed", async (args, words) => {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/run.mjs", ...args], {
      cwd: clone,
      encoding: "utf8",
    });
    expect(status).toBeGreaterThan(0);
    expect(stderr).toContain(words);
    expect(stderr.trim().split("\n").length).toBeLessThan(40);
    expect(await readdir(clone)).not.toContain("node_modules");
  });
});

describe("a step of the setup", () => {
  const install = { name: "install", place: "1/2", unit: "packages" };

  it.each([
    // From its first moment on by what is usual, before anything could be counted.
    [{ done: 0, total: 0 }, 0, 0, "klingkit: 1/2 install: counting packages, about 30 s left"],
    [{ done: 0, total: 100 }, 5, 0, "klingkit: 1/2 install: 0 of 100 packages, about 30 s left"],
    // On a machine that is four times slower nothing is counted for long.
    [{ done: 0, total: 100 }, 60, 0, "klingkit: 1/2 install: 0 of 100 packages, about 2 min left"],
    [{ done: 50, total: 100 }, 60, 60, "klingkit: 1/2 install: 50 of 100 packages, about 50 s left"],
    [{ done: 50, total: 100 }, 15, 15, "klingkit: 1/2 install: 50 of 100 packages, about 20 s left"],
    [{ done: 98, total: 100 }, 28, 28, "klingkit: 1/2 install: 98 of 100 packages, a few seconds left"],
    [{ done: 100, total: 100 }, 90, 30, "klingkit: 1/2 install: 100 of 100 packages, a few seconds left"],
  ])("at %j after %d s, the last counted after %d s, says: %s", (progress, elapsedSeconds, countedAfter, line) => {
    const times = { usualSeconds: 30, elapsedSeconds, countedAfter };
    expect(progressLine(install, progress, secondsLeft(progress, times))).toBe(line);
  });

  it("counts packages as pnpm reports them, and parts as turbo does", () => {
    const installed = [
      '{"level":"debug","name":"pnpm:stats","added":2,"prefix":"/clone"}',
      '{"level":"debug","name":"pnpm:progress","status":"resolved","packageId":"a@1"}',
      '{"level":"debug","name":"pnpm:progress","method":"hardlink","status":"imported","to":"/clone/a"}',
      "no JSON at all",
    ];
    expect(installed.reduce((seen, line) => readInstall(line, seen), { done: 0, total: 0 })).toEqual({
      done: 1,
      total: 2,
    });
    const built = [
      "@klingkit/spec:build: cache miss, executing 0123",
      "@klingkit/spec:build: klingkit: made",
      "@klingkit/core:build: cache hit, replaying logs 45",
      "@klingkit/core:build: klingkit: made",
      "@klingkit/cli:build: cache miss, executing 67",
    ];
    expect(built.reduce((seen, line) => readBuild(line, seen), { done: 0, total: 8 })).toEqual({ done: 2, total: 8 });
  });

  it("that fails for want of a network says what was asked, and what to do", () => {
    const reason = "request to http://127.0.0.1:9/a.tgz failed, reason: connect ECONNREFUSED 127.0.0.1:9";
    const ofPnpm = [
      { level: "warn", name: "pnpm:package-requester", message: "Fetching a@1 failed!" },
      { level: "error", name: "pnpm", code: "ECONNREFUSED", err: { message: reason } },
    ];
    const ofNpm = [
      "npm error code ECONNREFUSED",
      `npm error FetchError: ${reason}`,
      "npm error     at Socket (node:net:1:2)",
    ];
    const advice = expect.stringContaining("HTTPS_PROXY");
    expect(explainInstall(ofPnpm.map((line) => JSON.stringify(line)))).toEqual([reason, advice]);
    expect(explainInstall(ofNpm)).toEqual([`FetchError: ${reason}`, advice]);
  });

  it("that fails for another reason shows pnpm's errors, and no JSON", () => {
    const lines = [
      { level: "debug", name: "pnpm:stats", added: 2 },
      { level: "error", name: "pnpm", err: { message: "The lockfile is broken" } },
    ];
    expect(explainInstall(lines.map((line) => JSON.stringify(line)))).toEqual(["The lockfile is broken"]);
  });

  it("that fails while it builds shows the words of the task that failed, without turbo's", () => {
    const lines = [
      "• turbo 2.11.11",
      "@klingkit/spec:generate: cache miss, executing 0123",
      "@klingkit/spec:generate: > node generate/main.js && node ../scripts/stamp.mjs generate",
      "@klingkit/studio:generate: klingkit: made",
      "@klingkit/spec:generate: components/tts.yaml:3: a word too many",
      "@klingkit/spec:generate:  ELIFECYCLE  Command failed with exit code 1.",
      "@klingkit/spec#generate:  ERROR  command (/clone/spec) pnpm run generate exited (1)",
    ];
    expect(explainBuild(lines)).toEqual(["components/tts.yaml:3: a word too many"]);
    expect(explainBuild(["turbo itself failed"])).toEqual(["turbo itself failed"]);
  });
});
