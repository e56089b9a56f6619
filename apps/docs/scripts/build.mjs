// Builds the site into dist/, asking nobody for anything.
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bundleRunner } from "./bundle-runner.mjs";
import { addPolicies } from "./content-policy.mjs";
import { putStylesFirst } from "./styles-first.mjs";
import { subsetFonts } from "./subset-fonts.mjs";
import { writeTexts } from "./text-of-pages.mjs";

const root = path.resolve(import.meta.dirname, "..");
await bundleRunner();
await subsetFonts();
const { status } = spawnSync(process.execPath, [path.join(root, "node_modules/astro/astro.js"), "build"], {
  cwd: root,
  env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" },
  stdio: "inherit",
});
if (status !== 0) process.exit(status ?? 1);
putStylesFirst(path.join(root, "dist"));
addPolicies(path.join(root, "dist"));
writeTexts(path.join(root, "dist"));
