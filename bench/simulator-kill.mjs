// Kills a simulator with --state at fifty random moments under load, and checks after each restart that nothing it
// acknowledged is lost and that ledger and tasks agree: the test that runs with ten in `npm test`.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { status } = spawnSync(
  fileURLToPath(new URL("../node_modules/.bin/vitest", import.meta.url)),
  ["run", "--project", "mock-server", "state-kill", "-t", "killed"],
  { cwd: root, stdio: "inherit", env: { ...process.env, KLINGKIT_KILLS: process.argv[2] ?? "50" } },
);
process.exitCode = status ?? 1;
