// Packs the packages that the images need into packages/, as a release would. Needs a build (`npm start`).
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const here = import.meta.dirname;
const root = path.resolve(here, "../..");
const { packageManager } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

const to = path.join(here, "packages");
rmSync(to, { recursive: true, force: true });
mkdirSync(to);
for (const folder of ["spec", "packages/core", "packages/mock-server"]) {
  const command = ["--yes", packageManager, "pack", "--pack-destination", to];
  const { status } = spawnSync("npx", command, {
    cwd: path.join(root, folder),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) process.exit(1);
}
