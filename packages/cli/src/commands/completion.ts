import { families, requestFields } from "@klingkit/spec";
import type { Command } from "commander";
import { servedValues } from "../field-option.js";
import type { Io } from "../io.js";
import { camelCase, kebabCase } from "../names.js";
import { handleText } from "../resume.js";
import type { shells } from "../shells.js";
import { openMemory } from "../task-memory.js";

/** Each script asks `klingkit complete` for what fits, so that it never goes out of date. */
const scripts = {
  bash: `_klingkit() {
  local IFS=$'\\n'
  COMPREPLY=($(klingkit complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _klingkit klingkit
`,
  zsh: `#compdef klingkit
_klingkit() {
  local -a found
  found=("\${(@f)$(klingkit complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "\${found[1]}" ]]; then compadd -- "\${found[@]}"; else _files; fi
}
compdef _klingkit klingkit
`,
  fish: `complete -c klingkit -a '(klingkit complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`,
  powershell: `Register-ArgumentCompleter -Native -CommandName klingkit -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | Select-Object -Skip 1 | ForEach-Object { "$_" })
  if ($word -eq '') { $words += '' }
  klingkit complete -- @words 2>$null | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
} as const satisfies Record<(typeof shells)[number], string>;

/** `klingkit completion <shell>`: the script that makes the shell complete commands, flags, values and handles. */
export async function completion(shell: keyof typeof scripts, io: Io): Promise<void> {
  await io.stdout.deliver(scripts[shell]);
}

/** Commands that take handles of remembered tasks. */
const takeHandles = new Set(["get", "wait", "download", "resume", "settle", "forget"]);

/** What can stand in place of the last of the words, one a line. */
export async function complete(words: readonly string[], program: Command, io: Io): Promise<void> {
  const last = words.at(-1) ?? "";
  let command = program;
  for (const word of words.slice(0, -1)) command = command.commands.find((child) => child.name() === word) ?? command;
  const before = words.at(-2) ?? "";
  const option = command.options.find(({ long, required }) => long === before && required);
  const all = option ? (option.argChoices ?? valuesOf(command, before)) : await candidates(command, last, io);
  const fitting = [...new Set(all)].filter((candidate) => candidate.startsWith(last));
  if (fitting.length > 0) await io.stdout.deliver(`${fitting.join("\n")}\n`);
}

/** Values that are known of a flag without being the only ones: models, families. */
function valuesOf(command: Command, flag: string): readonly string[] {
  if (flag === "--family") return Object.keys(families).map(kebabCase);
  const operation = command.name() === "generate" ? "image2video" : camelCase(command.name().replaceAll("-", "_"));
  const field = requestFields[operation]?.find(({ name }) => `--${kebabCase(name)}` === flag);
  return (field && servedValues(field)) ?? [];
}

/** Commands whose argument is the name of an operation. */
const takeOperations: Readonly<Record<string, readonly string[]>> = {
  list: Object.keys(families),
  models: Object.keys(requestFields),
  schema: Object.keys(requestFields),
};

async function candidates(command: Command, last: string, io: Io): Promise<string[]> {
  if (last.startsWith("-")) return [...command.options.map(({ long }) => long ?? ""), "--help"];
  const names = command
    .createHelp()
    .visibleCommands(command)
    .map((child) => child.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const operations = (takeOperations[command.name()] ?? []).map(kebabCase);
  return [...names, ...choices, ...operations, ...(takeHandles.has(command.name()) ? await handles(io) : [])];
}

async function handles(io: Io): Promise<string[]> {
  const lists = [false, true].map((isSimulated) =>
    openMemory(io, isSimulated)
      .store.list()
      .catch(() => []),
  );
  return (await Promise.all(lists)).flat().flatMap((record) => handleText(record) ?? []);
}
