import { environmentVariables, exitCodeMeanings, exitCodes } from "@klingkit/cli/program";
import { quietProgram } from "./quiet-program.js";

/** A command as its own help describes it. */
export interface CommandPage {
  /** `klingkit submit image2video` */
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly options: readonly CommandOption[];
}

export interface CommandOption {
  readonly flags: string;
  readonly description: string;
  readonly choices: readonly string[];
  readonly default: string;
  readonly variable: string;
}

type Command = ReturnType<typeof quietProgram>;

const program = quietProgram();

/** Every command that the help lists and that does something, in its order. */
export const commands: readonly CommandPage[] = pagesOf(program, "klingkit");

/** Whether a command is one of many, of which each family or call has one. */
export function isOfOperation(name: string): boolean {
  return /^klingkit (submit|call|estimate) /.test(name);
}

export const exitCodeRows = Object.entries(exitCodeMeanings).map(([name, meaning]) => ({
  code: exitCodes[name as keyof typeof exitCodes],
  meaning,
}));

export const variableRows = Object.entries(environmentVariables).map(([name, meaning]) => ({ name, meaning }));

function pagesOf(command: Command, name: string): CommandPage[] {
  const listed = command.createHelp().visibleCommands(command);
  return listed.flatMap((child) => {
    const path = `${name} ${child.name()}`;
    return child.commands.length > 0 ? pagesOf(child as Command, path) : [pageOf(child as Command, path)];
  });
}

function pageOf(command: Command, name: string): CommandPage {
  return {
    name,
    usage: `${name} ${command.usage()}`,
    description: command.description(),
    options: command.options.map(({ flags, description, argChoices, defaultValue, envVar }) => ({
      flags,
      description,
      choices: argChoices ?? [],
      default: defaultValue === undefined ? "" : String(defaultValue),
      variable: envVar ?? "",
    })),
  };
}
