import { createRequire } from "node:module";
import { addServeOptions } from "@klingkit/mock-server/serve-options";
import { type Call, calls, families, operationSummaries } from "@klingkit/spec";
import { Argument, Command, Option } from "commander";
import { addBatch } from "./batch/add-batch.js";
import { arrange, shorten } from "./command-help.js";
import { addFieldOptions } from "./fields.js";
import { helpBelow } from "./help.js";
import type { Io } from "./io.js";
import { jobStates } from "./job-states.js";
import { kebabCase } from "./names.js";
import {
  dialectOption,
  timeoutOption,
  wholeNumber,
  withBudget,
  withConnection,
  withEvents,
  withJson,
  withResultFile,
  withSimulator,
} from "./options.js";
import type { Output } from "./output.js";
import { withProfile } from "./settings.js";
import { shells } from "./shells.js";
import { suggestion } from "./usage-error.js";

const { version } = createRequire(import.meta.url)("@klingkit/cli/package.json") as { version: string };

export { exitCodes } from "./exit-code.js";
export { environmentVariables, exitCodeMeanings } from "./help.js";
export { ioOf } from "./io.js";

export interface ProgramOptions {
  /** Help shows every option, exit codes and environment. Default true. */
  readonly all?: boolean;
  /** The words after `klingkit`, for suggestions. */
  readonly args?: readonly string[];
}

/** The whole command line. */
export function createProgram(io: Io, { all = true, args = [] }: ProgramOptions = {}): Command {
  const program = new Command("klingkit")
    .description("Kling video generation from the command line. Unofficial.")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError(false)
    .helpCommand(false)
    .configureHelp({ subcommandTerm: termOf, minWidthToWrap: 20 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /, "klingkit: ")),
      outputError: (text, write) => {
        const guess = suggestion(text, program, args);
        write(`${text.trimEnd()}\n${guess ? `(${guess})\n` : ""}`);
      },
      getOutHelpWidth: () => helpWidth(io.stdout),
      getErrHelpWidth: () => helpWidth(io.stderr),
    })
    .addHelpText("after", helpBelow(all))
    .showHelpAfterError("Add --help to see what it takes.");
  program.commandsGroup("Make:");
  addGenerate(program, io);
  addSend(program, io);
  program.commandsGroup("Tasks:");
  addTaskCommands(program, io);
  addJobCommands(program, io);
  program.commandsGroup("Look up:");
  addShowCommands(program, io);
  program.commandsGroup("Batches:");
  addBatch(program, io);
  program.commandsGroup("Develop:");
  addMock(program, io);
  addDevelopCommands(program, io);
  addHelpCommand(program);
  for (const command of everyCommand(program)) {
    if (!all && command.name() !== "mock") shorten(command);
    arrange(command);
    command.helpCommand(false);
    if (!command.options.some(({ long }) => long === "--all"))
      command.addOption(new Option("--all", "with --help: every option").hideHelp());
  }
  return program;
}

/** Longer lines are harder to read, however wide the terminal is. */
function helpWidth({ columns }: Pick<Output, "columns">): number {
  return Math.min(80, columns || 80);
}

/** A command in the list: its name and arguments, without the word "options" that all have. */
function termOf(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  return [command.name(), ...words].join(" ");
}

/** All commands below one, with those below them. */
export function everyCommand(program: Command): Command[] {
  return program.commands.flatMap((command) => [command, ...everyCommand(command)]);
}

/** `klingkit help submit text2video`, which many type before they know of `--help`. */
function addHelpCommand(program: Command): void {
  const help = program.command("help [command...]", { hidden: true }).description("print a command's help");
  help.action((words: string[]) => {
    const asked = words.reduce(
      (command, word) => command.commands.find((child) => child.name() === word) ?? command,
      program,
    );
    asked.help();
  });
}

function addGenerate(program: Command, io: Io): void {
  const command = program.command("generate <pictures...>").description("animate pictures: submit, wait, download");
  const request = withBudget(addFieldOptions(command, "image2video", ["image"]));
  withSimulator(withConnection(withEvents(withResultFile(request, ", - for standard output"))))
    .addOption(new Option("--jobs <number>", "pictures worked on at a time; default 4").argParser(wholeNumber(1, 100)))
    .addOption(timeoutOption())
    .action(async (pictures: string[], options) =>
      (await import("./commands/generate.js")).generate(pictures, options, await withProfile(io, options)),
    );
}

/** `submit` with a command for each family, `call` with one for each call; names and flags are the contract's. */
function addSend(program: Command, io: Io): void {
  const submits = program.command("submit").description("create a task and print its handle");
  for (const { name, path, gatewayStatus } of Object.values(families)) {
    const command = describeAs(submits.command(kebabCase(name)), { name, method: "POST", path, status: gatewayStatus });
    withConnection(withEvents(withBudget(addFieldOptions(command, name)))).action(async (options) =>
      (await import("./commands/send.js")).submit(name, options, await withProfile(io, options)),
    );
  }
  const all = program.command("call").description("run an operation that answers at once, print JSON");
  for (const { name, method, path, gatewayStatus, dialects } of Object.values<Call>(calls)) {
    const status = dialects.includes("cometapi") ? gatewayStatus : "not served";
    const command = describeAs(all.command(kebabCase(name)), { name, method, path, status });
    withConnection(withJson(withBudget(addFieldOptions(command, name)))).action(async (options) =>
      (await import("./commands/send.js")).call(name, options, await withProfile(io, options)),
    );
  }
}

/** What the operation does; its own help names the route and says how far the gateway serves it, too. */
function describeAs(command: Command, { name, method, path, status }: Route): Command {
  const summary = operationSummaries[name] ?? "";
  return command.description(`${summary}.\n${method} ${path} (at CometAPI: ${status})`).summary(summary);
}

interface Route {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly status: string;
}

const tasks = () => import("./commands/tasks.js");

function addTaskCommands(program: Command, io: Io): void {
  const family = () => new Option("--family <name>", "family of a bare task id");
  withConnection(withJson(program.command("get <handle>").description("print a task as it is now")))
    .addOption(family())
    .action(async (handle: string, options) => (await tasks()).get(handle, options, await withProfile(io, options)));
  withConnection(withJson(program.command("list <family>").description("print one page of tasks, newest first")))
    .addOption(new Option("--page-num <number>", "page, 1 to 1000").argParser(wholeNumber(1, 1000)))
    .addOption(new Option("--page-size <number>", "rows a page, 1 to 500").argParser(wholeNumber(1, 500)))
    .action(async (name: string, options) => (await tasks()).list(name, options, await withProfile(io, options)));
  withResultFile(
    withConnection(
      withEvents(program.command("wait <handles...>").description("wait for tasks; --out downloads results")),
    ),
  )
    .addOption(family())
    .addOption(timeoutOption())
    .action(async (handles: string[], options) =>
      (await tasks()).wait(handles, options, await withProfile(io, options)),
    );
  withResultFile(
    withConnection(withJson(program.command("download <handle>").description("download a finished task's result"))),
  )
    .addOption(family())
    .action(async (handle: string, options) =>
      (await tasks()).download(handle, options, await withProfile(io, options)),
    );
}

function addMock(program: Command, io: Io): void {
  const command = program.command("mock").description("run the simulator on a port");
  addServeOptions(command, Option);
  command.action(async (options) => (await import("./commands/mock.js")).mock(options, io));
}

const jobs = () => import("./commands/jobs.js");

function addJobCommands(program: Command, io: Io): void {
  const simulated = () => new Option("--simulated", "tasks of simulators instead");
  withJson(program.command("jobs").description("list tasks of earlier commands and their state"))
    .option("--finished", "finished tasks, too")
    .addOption(simulated())
    .addOption(new Option("--state <state>", "only tasks in this state").choices(jobStates))
    .option("--family <name>", "only tasks of this family")
    .action(async (options) => (await jobs()).jobs(options, io));
  withResultFile(
    withConnection(
      withEvents(program.command("resume [handles...]").description("finish tasks: wait, download results to --out")),
    ),
  )
    .option("--all", "every unfinished task of one server: CometAPI, or that of --base-url")
    .option("--family <name>", "family of a bare task id")
    .addOption(timeoutOption())
    .action(async (handles: string[], options) =>
      (await import("./commands/resume.js")).resume(handles, options, await withProfile(io, options)),
    );
  withJson(program.command("settle <handle>").description("say what became of a task with an unknown outcome"))
    .option("--absent", "the task certainly does not exist")
    .option("--task <id>", "the task exists, with this id")
    .addOption(simulated())
    .action(async (handle: string, options) => (await jobs()).settle(handle, options, io));
  withJson(program.command("forget <handles...>").description("remove tasks from the list of jobs"))
    .addOption(simulated())
    .action(async (handles: string[], options) => (await jobs()).forget(handles, options, io));
}

const show = () => import("./commands/show.js");

function addShowCommands(program: Command, io: Io): void {
  const estimates = program.command("estimate").alias("price").description("what a request costs; sends nothing");
  const ofCalls = Object.values<Call>(calls).map(({ name, method }) => ({ name, isQuery: method === "GET" }));
  const ofFamilies = Object.values(families).map(({ name }) => ({ name, isQuery: false }));
  for (const { name, isQuery } of [...ofFamilies, ...ofCalls]) {
    const command = estimates
      // Nobody needs a list to learn that queries cost nothing.
      .command(kebabCase(name), { hidden: isQuery })
      .description(`what ${kebabCase(name)} costs`)
      .summary(operationSummaries[name] ?? "");
    withBudget(withJson(addFieldOptions(command, name)))
      .addOption(dialectOption())
      .action(async (options) => (await show()).estimate(name, options, await withProfile(io, options)));
  }
  withJson(program.command("models [name]").description("models: abilities and price")).action(
    async (name: string | undefined, options) => (await show()).models(name, options, io),
  );
  withJson(program.command("errors [code]").description("what an error means, what to do")).action(
    async (code: string | undefined, options) => (await show()).errors(code, options, io),
  );
  program
    .command("schema <name>")
    .description("JSON Schema of a request, response or output")
    .addOption(new Option("--request", "of an operation's request (default)").conflicts(["response", "output"]))
    .addOption(new Option("--response", "of an operation's response").conflicts("output"))
    .option("--output", "of what a command prints with --json; events: of --jsonl")
    .action(async (name: string, options) => (await import("./commands/schema.js")).schema(name, options, io));
  withJson(program.command("config").description("values in effect, and where they come from")).action(
    async (options) => (await import("./commands/config.js")).config(options, io),
  );
}

function addDevelopCommands(program: Command, io: Io): void {
  const webhooks = () => import("./commands/webhooks.js");
  withJson(program.command("listen").description("receive, verify, forward callbacks (webhooks)"))
    .addOption(
      new Option("--port <number>", "port to listen on, 0 for any free one")
        .default(4610)
        .argParser(wholeNumber(0, 65_535)),
    )
    .option("--forward-to <address>", "send each on to your app, bytes unchanged")
    .option("--family <name>", "family of the tasks; default image2video")
    .action(async (options) => (await webhooks()).listen(options, io));
  withJson(program.command("trigger").summary("send your app a signed sample callback"))
    .description(
      `Send your app a callback as the provider does: of an image2video task, signed with KLINGKIT_CALLBACK_SECRET in the headers webhook-id, webhook-timestamp and webhook-signature. Your app needs the same secret; without one the callback is unsigned.`,
    )
    .addArgument(new Argument("<state>", "the task's state").choices(["submitted", "processing", "succeed", "failed"]))
    .addOption(new Option("--to <address>", "your receiver").default("http://127.0.0.1:4610/"))
    .option("--task-id <id>", "the task's id")
    .option("--external-task-id <id>", "the task's external_task_id")
    .action(async (state: string, options) => (await webhooks()).trigger(state, options, io));
  withConnection(withJson(program.command("doctor").description("check key, address, clock, proxy, folders")))
    .option("--live", "also ask the server, with the key: free queries only")
    .action(async (options) => (await import("./commands/doctor.js")).doctor(options, await withProfile(io, options)));
  program
    .command("completion")
    .description("print a shell's completion script")
    .addArgument(new Argument("<shell>").choices(shells))
    .action(async (shell) => (await import("./commands/completion.js")).completion(shell, io));
  program
    .command("complete [words...]", { hidden: true })
    .description("answer the script of klingkit completion")
    .allowUnknownOption()
    .action(async (words: string[]) => (await import("./commands/completion.js")).complete(words, program, io));
  program
    .command("init")
    .description("write a profile, by questions")
    .action(async () => (await import("./commands/config.js")).init(io));
}
