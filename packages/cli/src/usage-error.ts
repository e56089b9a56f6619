import type { Command } from "commander";
import { examplesOf, wordsOf } from "./command-help.js";
import { nearest } from "./suggest.js";

/** What was probably meant by words that the parser refuses, as a sentence; "" where nothing is near. */
export function suggestion(error: string, program: Command, args: readonly string[]): string {
  const [, flag] = /unknown option '(--?[^'=]+)/.exec(error) ?? [];
  const [, name] = /unknown command '([^']+)'/.exec(error) ?? [];
  const [, value, choices] = /'([^']*)' is invalid.* Allowed choices are (.+)\./s.exec(error) ?? [];
  const command = commandIn(program, args);
  if (flag !== undefined) return forFlag(flag, command);
  if (name !== undefined) return forCommand(name, command);
  if (choices !== undefined) return didYouMean(nearest(value ?? "", choices.split(", ")));
  const example = /missing required argument/.test(error) ? exampleOf(command) : undefined;
  return example ? `Such as: ${example}` : "";
}

function forFlag(flag: string, command: Command): string {
  if (flag === "--mock" && command.name() !== "generate")
    return "--mock is an option of generate and batch run. For other commands start a simulator with: klingkit mock, then add --base-url http://127.0.0.1:4600";
  const children = command.parent ? command.commands.filter((child) => flagsOf(child).includes(flag)) : [];
  const [child] = children;
  if (child) return `Name the command first, such as: ${exampleOf(command) ?? `klingkit ${wordsOf(child)}`}`;
  return didYouMean(flag === "-v" ? "-V" : nearest(flag, flagsOf(command)));
}

function forCommand(name: string, command: Command): string {
  const names = command.commands.map((child) => child.name());
  // What generate does is the operation image2video.
  return didYouMean(name === "generate" && command.parent ? "image2video" : nearest(name, names));
}

function flagsOf({ options }: Command): string[] {
  return [...options.flatMap(({ long, hidden }) => (hidden ? [] : (long ?? []))), "--help"];
}

function exampleOf(command: Command): string | undefined {
  return examplesOf(command).find((line) => line.startsWith("klingkit"));
}

function didYouMean(guess: string | undefined): string {
  return guess ? `Did you mean ${guess}?` : "";
}

/** The command that the words name, as far as they name one. */
function commandIn(program: Command, args: readonly string[]): Command {
  let command = program;
  for (const word of args) {
    const child = command.commands.find((one) => [one.name(), ...one.aliases()].includes(word));
    if (!child && command !== program) break;
    command = child ?? command;
  }
  return command;
}
