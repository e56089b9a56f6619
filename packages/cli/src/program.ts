import { createRequire } from "node:module";
import { addServeOptions } from "@klingkit/mock-server/serve-options";
import { type Call, calls, families } from "@klingkit/spec";
import { Command, InvalidArgumentError, Option } from "commander";
import { addBatch } from "./batch/add-batch.js";
import { generate } from "./commands/generate.js";
import { mock } from "./commands/mock.js";
import { call, submit } from "./commands/send.js";
import * as tasks from "./commands/tasks.js";
import { addFieldOptions } from "./fields.js";
import { helpBelow } from "./help.js";
import type { Io } from "./io.js";
import { kebabCase } from "./names.js";

const { version } = createRequire(import.meta.url)("../package.json") as { version: string };

export { exitCodes } from "./exit-code.js";
export { environmentVariables, exitCodeMeanings } from "./help.js";

/** The whole command line. */
export function createProgram(io: Io): Command {
  const program = new Command("klingkit")
    .description("Kling video generation from the command line. Unofficial.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text.replace(/^error: /, "klingkit: ")),
      getOutHelpWidth: () => io.stdout.columns || 80,
      getErrHelpWidth: () => io.stderr.columns || 80,
    })
    .addHelpText("after", helpBelow())
    .showHelpAfterError("Add --help to see what it takes.");
  addGenerate(program, io);
  addSend(program, io);
  addTaskCommands(program, io);
  addBatch(program, io, withConnection);
  addMock(program, io);
  return program;
}

function addGenerate(program: Command, io: Io): void {
  const command = program.command("generate <image>").description("animate one picture: submit, wait, download");
  withResultFile(withConnection(withJson(addFieldOptions(command, "image2video", ["image"]))))
    .addOption(
      new Option("--mock", "on a simulator inside this process: free, no key, no network").conflicts("baseUrl"),
    )
    .addOption(
      new Option("--seed <number>", "with --mock: the same seed draws the same course").argParser(
        wholeNumber(0, 2 ** 31),
      ),
    )
    .addOption(timeoutOption())
    .action((image: string, options) => generate(image, options, io));
}

/** `submit` with a command for each family, `call` with one for each call; names and flags are the contract's. */
function addSend(program: Command, io: Io): void {
  const submits = program.command("submit").description("create a task and print its handle");
  for (const { name, path, gatewayStatus } of Object.values(families)) {
    const command = describeAs(submits.command(kebabCase(name)), "POST", path, gatewayStatus);
    withConnection(withJson(addFieldOptions(command, name))).action((options) => submit(name, options, io));
  }
  const all = program.command("call").description("call what answers at once and print the answer as JSON");
  for (const { name, method, path, gatewayStatus, dialects } of Object.values<Call>(calls)) {
    const status = dialects.includes("cometapi") ? gatewayStatus : "not served";
    const command = describeAs(all.command(kebabCase(name)), method, path, status);
    withConnection(withJson(addFieldOptions(command, name))).action((options) => call(name, options, io));
  }
}

/** The list of commands has no room for whole paths. */
function describeAs(command: Command, method: string, path: string, status: string): Command {
  const inShort = path.replace("/kling/v1/", "");
  return command
    .description(`${method} ${path} (at CometAPI: ${status})`)
    .summary(`${inShort} (at CometAPI: ${status})`);
}

function addTaskCommands(program: Command, io: Io): void {
  const family = () => new Option("--family <name>", "family of a bare task id");
  withConnection(withJson(program.command("get <handle>").description("print a task (family/id) as it stands")))
    .addOption(family())
    .action((handle: string, options) => tasks.get(handle, options, io));
  withConnection(withJson(program.command("list <family>").description("print one page of tasks, newest first")))
    .addOption(new Option("--page-num <number>", "page, 1 to 1000").argParser(wholeNumber(1, 1000)))
    .addOption(new Option("--page-size <number>", "rows a page, 1 to 500").argParser(wholeNumber(1, 500)))
    .action((name: string, options) => tasks.list(name, options, io));
  withResultFile(
    withConnection(
      withJson(program.command("wait <handles...>").description("wait for tasks; with --out download their results")),
    ),
  )
    .addOption(family())
    .addOption(timeoutOption())
    .action((handles: string[], options) => tasks.wait(handles, options, io));
  withResultFile(
    withConnection(
      withJson(program.command("download <handle>").description("download a finished task's result, or an address")),
    ),
  )
    .addOption(family())
    .action((handle: string, options) => tasks.download(handle, options, io));
}

function addMock(program: Command, io: Io): void {
  const command = program.command("mock").description("run the simulator on a port");
  addServeOptions(command, Option);
  command.action((options) => mock(options, io));
}

function withConnection(command: Command): Command {
  return command
    .addOption(new Option("--dialect <dialect>", "server: cometapi or kling").choices(["cometapi", "kling"]))
    .option("--base-url <address>", "the server's origin")
    .option("--allow-http", "let the key travel unencrypted to another machine")
    .option("--api-key-stdin", "read the key from standard input");
}

function withResultFile(command: Command): Command {
  return command
    .option("--out <file or folder>", "where the result goes; its extension is added in a folder")
    .option("--force", "replace a file that exists");
}

function withJson(command: Command): Command {
  return command.option("--json", "print one JSON object");
}

function timeoutOption(): Option {
  return new Option("--timeout <seconds>", "longest wait; default 30 minutes").argParser((text) => {
    const seconds = Number(text);
    if (text.trim() !== "" && Number.isFinite(seconds) && seconds > 0) return seconds;
    throw new InvalidArgumentError("Give a number of seconds above 0.");
  });
}

function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
