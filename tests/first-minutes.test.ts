import { spawnSync } from "node:child_process";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { explainInstall, progressLine, readBuild, readInstall, secondsLeft } from "../scripts/steps.mjs";

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
    [{ done: 0, total: 0 }, 0, "klingkit: 1/2 install ..."],
    [{ done: 3, total: 100 }, 60_000, "klingkit: 1/2 install: 3 of 100 packages"],
    [{ done: 50, total: 100 }, 1_000, "klingkit: 1/2 install: 50 of 100 packages"],
    [{ done: 50, total: 200 }, 10_000, "klingkit: 1/2 install: 50 of 200 packages, about 30 s left"],
    [{ done: 200, total: 200 }, 10_000, "klingkit: 1/2 install: 200 of 200 packages"],
  ])("at %j after %d ms says: %s", (progress, elapsedMs, line) => {
    expect(progressLine(install, progress, secondsLeft(progress, elapsedMs))).toBe(line);
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
      "@klingkit/core:build: cache hit, replaying 45",
      "x",
    ];
    expect(built.reduce((seen, line) => readBuild(line, seen), { done: 0, total: 8 })).toEqual({ done: 2, total: 8 });
  });

  it("that fails for want of a network shows the reason and what to do, and no JSON", () => {
    const reason = "request to http://127.0.0.1:9/a.tgz failed, reason: connect ECONNREFUSED 127.0.0.1:9";
    const lines = [
      { level: "warn", name: "pnpm:package-requester", message: "Fetching a@1 failed!" },
      { level: "error", name: "pnpm", code: "ECONNREFUSED", err: { message: reason } },
      { level: "error", name: "pnpm", err: { message: "The lockfile is broken" } },
    ];
    const ofNpm = ["npm warn old", "npm error code EAI_AGAIN", "npm error     at Socket (node:net:1:2)"];
    expect([...ofNpm, ...lines.map((line) => JSON.stringify(line))].flatMap(explainInstall)).toEqual([
      "npm warn old",
      "npm error code EAI_AGAIN",
      expect.stringContaining("HTTPS_PROXY"),
      reason,
      expect.stringContaining("HTTPS_PROXY"),
      "The lockfile is broken",
    ]);
  });
});
