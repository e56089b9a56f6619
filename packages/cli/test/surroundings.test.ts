import os from "node:os";
import { afterEach, describe, expect, it, vi } from "vitest";
import { processDevice } from "../src/io.js";
import { klingkit, picture, simulator } from "./helpers.js";

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

function failing(call: string): () => never {
  return () => {
    throw Object.assign(new Error(`ENOENT: no such file or directory, ${call}`), { code: "ENOENT" });
  };
}

describe("a command", () => {
  it("starts in a folder that was removed meanwhile", () => {
    vi.spyOn(process, "cwd").mockImplementation(failing("uv_cwd"));
    vi.stubEnv("PWD", "/gone");
    expect(processDevice.cwd).toBe("/gone");
  });

  it("of a user without a home folder, as in many containers, makes its video and warns of what it can't remember", async () => {
    vi.spyOn(os, "homedir").mockImplementation(failing("uv_os_homedir"));
    const { url } = await simulator();
    const env = { KLINGKIT_STATE_DIR: "", XDG_STATE_HOME: "/proc/nowhere" };
    const { code, err } = await klingkit(["generate", picture, "--out", "-", "--base-url", url], { env });
    expect(code, err).toBe(0);
    expect(err).toContain("warning: tasks will not be remembered, so note their ids. ");
    const { out } = await klingkit(["config"], { env: { KLINGKIT_STATE_DIR: "" } });
    expect(out).toMatch(/^state folder +\/\S+klingkit /m);
  });
});
