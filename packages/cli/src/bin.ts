#!/usr/bin/env node
import { processIo } from "./io.js";
import { run } from "./run.js";

// A reader that has seen enough (`klingkit list … | head -1`) is no fault; a full disk is.
process.stdout.on("error", ({ code }: NodeJS.ErrnoException) => {
  if (code === "EPIPE") return;
  process.stderr.write(`klingkit: standard output can't be written (${code}).\n`);
  process.exit(1);
});

process.exitCode = await run(process.argv.slice(2), processIo);
