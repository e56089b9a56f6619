import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const execute = promisify(execFile);
const folder = path.join(import.meta.dirname, "fake-timers");

describe("a simulator on a port answers while timers are faked", () => {
  it("by node:test", async () => {
    const program = path.join(folder, "node-test.mjs");
    const { stdout } = await execute(process.execPath, ["--test", "--test-reporter=tap", program]);
    expect(stdout).toMatch(/^# pass 2$/m);
  });

  it("by Jest", async () => {
    const jest = path.join(import.meta.dirname, "node_modules/jest/bin/jest.js");
    const args = [
      "--experimental-vm-modules",
      jest,
      "--rootDir",
      folder,
      "--testMatch",
      "**/jest.test.mjs",
      "--testTimeout",
      "60000",
    ];
    const { stderr } = await execute(process.execPath, args, { cwd: folder });
    expect(stderr).toMatch(/^Tests: +2 passed, 2 total$/m);
  });

  it("by sinon, but for nextTick", async () => {
    const { stdout } = await execute(process.execPath, [path.join(folder, "sinon.mjs")]);
    expect(stdout).toBe("answered\n");
  });
});
