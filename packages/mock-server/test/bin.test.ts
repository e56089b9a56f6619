import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";

describe("a process of a user that the system does not know", () => {
  const bin = builtFile("packages/mock-server", "dist/bin.js");
  // Only root may become somebody else, and that one may have to read this folder.
  const stranger = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_321 } : {};
  const canRead = spawnSync(process.execPath, ["-e", "fs.accessSync(process.argv[1])", bin], stranger).status === 0;

  it.runIf(canRead)("starts with HOME unset, answers and ends", async () => {
    const { HOME: _, ...env } = process.env;
    const child = spawn(process.execPath, [bin, "--port", "0"], {
      ...stranger,
      env,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let errors = "";
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    const [line] = await once(child.stdout, "data");
    const [url] = /http:\S+/.exec(String(line)) ?? [];
    expect((await fetch(`${url}/__mock/health`)).status).toBe(200);
    const gone = once(child, "exit");
    child.kill("SIGTERM");
    expect(await gone).toEqual([0, null]);
    expect(errors).toBe("");
  });

  it.each([
    ["--help", /^Usage: klingkit-mock/],
    ["--version", /^\d+\.\d+\.\d+/],
  ])("leaves no file behind by %s", async (flag, says) => {
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-empty-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    const env = {
      HOME: folder,
      TMPDIR: folder,
      XDG_CACHE_HOME: folder,
      XDG_STATE_HOME: folder,
      XDG_CONFIG_HOME: folder,
    };
    const run = spawnSync(process.execPath, [bin, flag], { cwd: folder, env, encoding: "utf8" });
    expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: "" });
    expect(run.stdout).toMatch(says);
    expect(await readdir(folder)).toEqual([]);
  });
});
