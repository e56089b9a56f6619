import { type Command, InvalidArgumentError, Option } from "commander";
import { addFieldOptions } from "../fields.js";
import type { Io } from "../io.js";

/** `klingkit batch plan` and `klingkit batch run`. The fields' flags are defaults for rows that do not have them. */
export function addBatch(program: Command, io: Io, withConnection: (command: Command) => Command): void {
  const batch = program.command("batch").description("many generations from a table or a folder of pictures");
  const manifest = "<manifest>";
  const plan = batch
    .command(`plan ${manifest}`)
    .description("check every row, and say what a run would make, cost and take");
  withConnection(withManifest(plan))
    .option("--out <folder>", "folder of an earlier run, whose finished rows are left out")
    .option("--json", "print one JSON object")
    .action(async (source: string, options) => (await import("./plan.js")).plan(source, options, io));
  const run = batch
    .command(`run ${manifest}`)
    .description("make every row once; the same command again goes on where it stopped");
  withConnection(withManifest(run))
    .requiredOption("--out <folder>", "where results, report.html, failed.jsonl and the journal go")
    .addOption(
      new Option("--budget <dollars>", "most to spend by Kling's price list, earlier runs included").argParser(
        positive,
      ),
    )
    .addOption(new Option("--attempts <number>", "tries of a row that fails in passing; default 3").argParser(whole))
    .option(
      "--assume-absent",
      "rows that the journal does not know were never paid for elsewhere (CometAPI can't tell)",
    )
    .option("--jsonl", "print one JSON object for each event")
    .addOption(
      new Option("--mock", "on a simulator inside this process: free, no key, no network").conflicts("baseUrl"),
    )
    .addOption(new Option("--seed <number>", "with --mock: the same seed draws the same course").argParser(whole))
    .action(async (source: string, options) => (await import("./run.js")).run(source, options, io));
}

function withManifest(command: Command): Command {
  return addFieldOptions(command, "image2video", ["image", "external_task_id"])
    .option(
      "--name <name>",
      "name of the batch, part of every own id; default: the output folder's, else the manifest's",
    )
    .option("--family <name>", "family of rows that name none; default image2video")
    .option("--pictures <folder>", "where paths in the manifest start; default: its own folder")
    .addOption(new Option("--cap <number>", "tasks at a time for each model, as the account allows").argParser(whole));
}

function whole(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= 2 ** 31) return value;
  throw new InvalidArgumentError("Give a whole number from 1.");
}

function positive(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError("Give a number above 0.");
}
