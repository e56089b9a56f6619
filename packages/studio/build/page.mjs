// Bundles the studio's page: one script, one style sheet, one document. The simulator serves them as they are.
import { copyFileSync, rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const folder = path.resolve(import.meta.dirname, "..");
const page = path.join(folder, "dist", "page");

rmSync(page, { recursive: true, force: true });
await build({
  entryPoints: [
    { in: path.join(folder, "src/page/main.tsx"), out: "studio" },
    { in: path.join(folder, "src/styles/studio.css"), out: "studio" },
  ],
  outdir: page,
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
for (const name of ["index.html", "icon.svg"]) copyFileSync(path.join(folder, "src/page", name), path.join(page, name));
