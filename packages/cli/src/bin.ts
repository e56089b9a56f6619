#!/usr/bin/env node
import { processDevice } from "./io.js";
import { run } from "./run.js";

// Writes that fail are told to their callbacks. Without a listener they would end the process, and lose a paid result.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.exitCode = await run(process.argv.slice(2), processDevice);
