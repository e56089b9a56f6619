import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";

const root = path.resolve(import.meta.dirname, "..");

describe("a test that times out because it waits while the simulator's clock stands still", () => {
  it("is told so in its failure, and a test that pushes the clock is not", async () => {
    requireBuilt(["packages/core", "packages/mock-server"]);
    const config = path.join(import.meta.dirname, "standing-clock/vitest.config.mjs");
    const args = [path.join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", config, "--reporter=json"];
    const run = promisify(execFile)(process.execPath, args, { cwd: import.meta.dirname });
    const { stdout } = await run.catch((error: { readonly stdout: string }) => error);
    const [file] = JSON.parse(stdout).testResults;
    const said = file.assertionResults.map((test: { readonly status: string; readonly failureMessages: string[] }) => ({
      status: test.status,
      isExplained: /Task \d+ was waited for.*clock stands still.*unfreeze/.test(test.failureMessages.join("\n")),
    }));
    expect(said).toEqual([
      { status: "failed", isExplained: true },
      { status: "failed", isExplained: false },
    ]);
  });
});
