#!/usr/bin/env node
import { readFileSync, writeSync } from "node:fs";
import { isatty } from "node:tty";

const args = process.argv.slice(2);
if (!printPrepared(args.join(" "))) {
  const { main } = await import("./main.js");
  process.exitCode = await main(args);
}

/**
 * Prints what the build has prepared for these words (build/prepare.mjs): loading the whole command line takes longer than
 * Node's own start. False where nothing is prepared, the terminal is narrower than that, or the output can't be written.
 */
function printPrepared(words: string): boolean {
  try {
    if (isatty(1) && process.stdout.columns < 80) return false;
    const prepared: unknown = JSON.parse(readFileSync(new URL("prepared.json", import.meta.url), "utf8"));
    const text = Object.entries(Object(prepared)).find(([known]) => known === words)?.[1];
    return typeof text === "string" && writeSync(1, text) > 0;
  } catch {
    return false;
  }
}
