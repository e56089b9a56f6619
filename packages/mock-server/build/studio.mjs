// Puts the studio's built page into this package, so that it needs neither Preact nor another package at run time.
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

const page = path.dirname(fileURLToPath(import.meta.resolve("@klingkit/studio/page/index.html")));
const target = path.resolve(import.meta.dirname, "../dist/studio");
rmSync(target, { recursive: true, force: true });
cpSync(page, target, { recursive: true });
