import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const packages = ["core", "mock-server", "batch", "cli"].map((name) => `packages/${name}`);
const copied = ["spec", ...packages, "scripts", "tsconfig.base.json"];
/** What a build makes; left out, so that everything in the copy is derived from the changed contract. */
const derived = /[/\\](dist|generated|\.turbo)$/;

/** A copy of the workspace in which the contract may be changed. */
export interface Scratch {
  readonly folder: string;
  /** Rewrites a file of the contract. @throws Error when nothing changed */
  edit(file: string, change: (text: string) => string): void;
  write(file: string, text: string): void;
  read(file: string): string;
  /** Generates and compiles. @returns what was printed, and whether it went well */
  build(): { readonly ok: boolean; readonly output: string };
  /** As `build`, but without types: what was compiled before stays. */
  derive(): { readonly ok: boolean; readonly output: string };
  /** Runs a module in the copy. */
  run(...args: readonly string[]): { readonly ok: boolean; readonly output: string };
  remove(): void;
}

export function createScratch(): Scratch {
  const folder = mkdtempSync(path.join(os.tmpdir(), "klingkit-flow-"));
  for (const entry of copied) {
    mkdirSync(path.dirname(path.join(folder, entry)), { recursive: true });
    cpSync(path.join(root, entry), path.join(folder, entry), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !derived.test(source),
    });
  }
  symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"));
  const at = (file: string) => path.join(folder, file);
  const node = (...args: readonly string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  };
  const generate = () => node("spec/generate/main.js");
  const bundles = [
    "spec/build/bundle.js",
    "packages/core/build/bundle.js",
    "packages/mock-server/build/bundle.mjs",
    "packages/cli/build/bundle.mjs",
  ];
  const bundle = () =>
    node("--input-type=module", "--eval", bundles.map((file) => `await import("./${file}");`).join("\n"));
  return {
    folder,
    edit(file, change) {
      const before = readFileSync(at(file), "utf8");
      const after = change(before);
      if (after === before) throw new Error(`The edit of ${file} changed nothing.`);
      writeFileSync(at(file), after);
    },
    write: (file, text) => writeFileSync(at(file), text),
    read: (file) => readFileSync(at(file), "utf8"),
    build() {
      const generated = generate();
      if (!generated.ok) return generated;
      const types = node("node_modules/typescript/bin/tsc", "-b", "packages/cli");
      return types.ok ? bundle() : types;
    },
    derive() {
      const generated = generate();
      return generated.ok ? bundle() : generated;
    },
    run: node,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
