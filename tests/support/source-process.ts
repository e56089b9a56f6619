import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { build } from "esbuild";

/** A running module; what it prints can be read. */
export interface SourceProcess extends ChildProcess {
  readonly stdout: Readable;
}

/**
 * Runs a module in a process of its own, with klingkit's sources in it: Node itself can run no TypeScript.
 * @param contents the module; packages are found from this folder
 */
export async function runFromSources(contents: string, args: readonly string[]): Promise<SourceProcess> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    conditions: ["klingkit-source"],
    // CommonJS among the packages asks for Node's own modules by `require`.
    banner: { js: 'import { createRequire as bannerRequire } from "node:module"; const require = bannerRequire("/");' },
    logLevel: "silent",
  });
  // Read from its input, because a bundle is longer than an argument may be.
  const child = spawn(process.execPath, ["--input-type=module", "-", ...args], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end(outputFiles[0]?.contents);
  return child;
}
