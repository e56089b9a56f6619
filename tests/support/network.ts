import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { env } from "node:process";

/**
 * For the environment of programs that ask a package registry, and of nothing else: package managers in
 * `package-managers.test.ts` and `packed.test.ts`.
 */
export const withNetwork = { NODE_OPTIONS: "" };

/** After all tests: fails the run where something has tried to reach another machine, also where a program hid it. */
export default function watchNetwork(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-network-"));
  const attempts = path.join(folder, "attempts");
  // Read by `only-loopback.cjs`, in whatever process.
  env.TEST_NETWORK_ATTEMPTS = attempts;
  return () => {
    if (existsSync(attempts)) {
      process.stderr.write(`Tests tried to reach the network:\n${readFileSync(attempts, "utf8")}`);
      // An error would be printed, and nothing else.
      process.exitCode = 1;
    }
    rmSync(folder, { recursive: true, force: true });
  };
}
