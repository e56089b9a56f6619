import type { Command } from "commander";
import { nearest } from "./suggest.js";

/** What was probably meant by an unknown command or flag, as a line of its own; "" where nothing is near. */
export function suggestion(error: string, program: Command, args: readonly string[]): string {
  const [, flag] = /unknown option '(--?[^'=]+)/.exec(error) ?? [];
  const [, name] = /unknown command '([^']+)'/.exec(error) ?? [];
  const command = commandIn(program, args);
  if (flag === "--mock" && command.name() !== "generate")
    return "\n(--mock is an option of generate. For other commands start a simulator with: klingkit mock, then add --base-url http://127.0.0.1:4600)";
  const words = flag ? command.options.map(({ long }) => long ?? "") : command.commands.map((child) => child.name());
  const guess = nearest(flag ?? name ?? "", words);
  return guess ? `\n(Did you mean ${guess}?)` : "";
}

/** The command that the words name, as far as they name one. */
function commandIn(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const word of args) {
    const child = command.commands.find((candidate) => candidate.name() === word);
    if (!child && command !== program) break;
    command = child ?? command;
  }
  return command;
}
