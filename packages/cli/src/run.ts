import { type Command, CommanderError } from "commander";
import { exitCodeOf, exitCodes } from "./exit-code.js";
import { type Device, type Io, ioOf } from "./io.js";
import { createProgram } from "./program.js";
import { printError, printUsageError } from "./report.js";
import type { Invocation } from "./resume.js";
import { suggestion } from "./usage-error.js";

/** Runs the command line and says how it ended; never ends the process itself. */
export async function run(args: readonly string[], device: Device): Promise<number> {
  const io = ioOf(device);
  // A batch has events of its own, and what is completed is not run.
  io.events.isOn = args.includes("--jsonl") && !["batch", "complete"].includes(args[0] ?? "");
  const program = createProgram(io, { all: args.includes("--all"), args });
  const exitCode = await parse(program, args, io);
  io.events.emit({ type: "end", exitCode });
  return exitCode;
}

async function parse(program: Command, args: readonly string[], io: Io): Promise<number> {
  const json = args.includes("--json") || args.includes("--jsonl");
  let invocation: Invocation | undefined;
  program.hook("preAction", (_, command) => {
    const isBatch = command.parent?.name() === "batch";
    invocation = { name: command.name(), options: command.opts(), isBatch };
  });
  try {
    await program.parseAsync(namesNothing(program, args) ? args.slice(0, 1) : args, { from: "user" });
    return exitCodes.ok;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return exitCodes.ok;
      if (json) printUsageError(io, error.message, suggestion(error.message, program, args));
      return exitCodes.usage;
    }
    printError(io, json, error, invocation);
    return exitCodeOf(error, io.created.certainty);
  }
}

/** Whether help is asked of a command that does not exist: to show all commands would hide the mistake. */
function namesNothing(program: Command, [name = "", ...others]: readonly string[]): boolean {
  const isKnown = program.commands.some((command) => [command.name(), ...command.aliases()].includes(name));
  return !isKnown && !name.startsWith("-") && others.some((word) => ["--help", "-h"].includes(word));
}
