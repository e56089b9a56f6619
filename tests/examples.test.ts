import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { startMockServer } from "@klingkit/mock-server/node";
import { beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";
import { skipWithout } from "./support/tools.js";

const execute = promisify(execFile);
const root = path.resolve(import.meta.dirname, "..");
const folder = path.join(root, "packages/mock-server/examples");
const example = (name: string) => path.join(folder, name);

/** Runs a program against a simulator on a port. */
async function against(command: string, args: readonly string[]) {
  await using server = await startMockServer({ port: 0, render: "none" });
  const env = { ...process.env, KLINGKIT_BASE_URL: server.url };
  return { mock: server.mock, ...(await execute(command, args, { env })) };
}

describe("the simulator's examples", () => {
  beforeAll(() => requireBuilt(["packages/mock-server"]));

  it("run under node:test", async () => {
    const { stdout } = await execute(process.execPath, ["--test", "--test-reporter=tap", example("node-test.mjs")]);
    expect(stdout).toMatch(/^# pass 1$/m);
  });

  it("run under Jest", async () => {
    const jest = path.join(import.meta.dirname, "node_modules/jest/bin/jest.js");
    const args = ["--experimental-vm-modules", jest, "--rootDir", folder, "--testMatch", "**/jest.test.mjs"];
    const { stderr } = await execute(process.execPath, args, { cwd: folder });
    expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
  });

  const curl = skipWithout("curl");
  it.skipIf(curl.skip)(`run in a shell with curl${curl.note}`, async () => {
    const { stdout, mock } = await against("sh", [example("curl.sh")]);
    expect(stdout).toContain("no answer");
    expect(stdout).toMatch(/"task_status":"succeed"/);
    expect(stdout).toMatch(/"externalTaskId":"shot-1"/);
    expect(mock.ledger.charges).toHaveLength(1);
  });

  const python = skipWithout("python3");
  it.skipIf(python.skip)(`run in Python with its standard library alone${python.note}`, async () => {
    const { stderr, mock } = await against("python3", [example("python_example.py")]);
    expect(stderr).toMatch(/^Ran 2 tests in [\s\S]*\nOK$/m);
    expect(mock.requests.count).toBeGreaterThan(0);
  });

  it("stand in the README as they are", () => {
    const readme = readFileSync(path.join(folder, "../README.md"), "utf8");
    const jest = ["jest.test.mjs", "jest-commonjs/video.test.cjs", "ts-jest/jest.config.cjs", "ts-jest/video.test.ts"];
    for (const name of ["vitest.test.ts", "msw.test.ts", "node-test.mjs", ...jest, "curl.sh"])
      expect(readme, name).toContain(readFileSync(example(name), "utf8").trim());
    const withClient = path.join(root, "examples/recipes/src/video.test.ts");
    expect(readme).toContain(readFileSync(withClient, "utf8").trim());
    expect(readme).toContain("(examples/python_example.py)");
  });
});
