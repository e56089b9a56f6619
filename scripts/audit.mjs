// Whether something is known to be unsafe of what programs are shipped with: asks the registry about all dependencies but
// those of development, and fails from the severity "high" on. Many registries give no answer, and a machine may have none.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { pnpmCommand } from "./pnpm.mjs";

const [command, prefix] = pnpmCommand();
const { stdout } = spawnSync(command, [...prefix, "audit", "--prod", "--json"], {
  cwd: path.resolve(import.meta.dirname, ".."),
  env: { ...process.env, npm_config_fetch_retries: "0", npm_config_fetch_timeout: "15000" },
  encoding: "utf8",
  timeout: 60_000,
  shell: process.platform === "win32",
});
const advisories = advisoriesIn(stdout);
const grave = advisories?.filter(({ severity }) => severity === "high" || severity === "critical") ?? [];
if (!advisories) console.log("skipped: the registry gave no answer");
for (const { severity, module_name: name, title, url } of grave) console.log(`${severity}: ${name}, ${title} (${url})`);
process.exitCode = grave.length > 0 ? 1 : 0;

/** What is known, or undefined where the answer is none. */
function advisoriesIn(text) {
  try {
    const { advisories, metadata } = JSON.parse(text);
    return advisories && metadata ? Object.values(advisories) : undefined;
  } catch {
    return undefined;
  }
}
