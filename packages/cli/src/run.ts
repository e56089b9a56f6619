import { CommanderError } from "commander";
import { exitCodeOf, exitCodes } from "./exit-code.js";
import type { Io } from "./io.js";
import { createProgram } from "./program.js";
import { printError } from "./report.js";

/** Runs the command line and says how it ended; never ends the process itself. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const program = createProgram(io);
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    printError(io, args.includes("--json"), error);
    return exitCodeOf(error);
  }
}
