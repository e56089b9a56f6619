// Serves the site as it is being written. Pages follow their sources; start it again after a change in src/sandbox.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bundleRunner } from "./bundle-runner.mjs";
import { subsetFonts } from "./subset-fonts.mjs";

const root = path.resolve(import.meta.dirname, "..");
await bundleRunner();
await subsetFonts();
const astro = path.join(root, "node_modules/astro/astro.js");
const { status } = spawnSync(process.execPath, [astro, "dev", "--host", "127.0.0.1"], {
  cwd: root,
  env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" },
  stdio: "inherit",
});
process.exitCode = status ?? 1;
