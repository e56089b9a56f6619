import { type Command, Option } from "commander";
import { addFieldOptions } from "../fields.js";
import type { Io } from "../io.js";
import { decimal, wholeNumber, withConnection, withSimulator } from "../options.js";
import { withProfile } from "../settings.js";
import type { FleetCommand } from "./fleet.js";
import { withRedis } from "./with-redis.js";

/** `klingkit batch plan` and `klingkit batch run`. The fields' flags are defaults for rows that do not have them. */
export function addBatch(program: Command, io: Io): void {
  const batch = program.command("batch").description("make many videos from a table or a folder of pictures");
  const manifest = "<manifest>";
  const plan = batch
    .command(`plan ${manifest}`)
    .description("check every row, and say what a run would make, cost and take");
  withConnection(withManifest(plan))
    .option("--out <folder>", "folder of an earlier run, whose finished rows are left out")
    .option("--json", "print one JSON object")
    .action(async (source: string, options) =>
      (await import("./plan.js")).plan(source, options, await withProfile(io, options)),
    );
  const run = batch
    .command(`run ${manifest}`)
    .description("make every row once; the same command again goes on where it stopped");
  withSimulator(withRun(withConnection(withManifest(run)))).action(async (source: string, options) =>
    (await import("./run.js")).run(source, options, await withProfile(io, options)),
  );
  const submit = batch
    .command(`submit ${manifest}`)
    .description("give every row to a fleet of workers, and wait for the results");
  withRun(withConnection(withManifest(withRedisOption(submit)))).action((source: string, options) =>
    withRedis(options.redis, async () =>
      (await import("./fleet.js")).submit(source, options, await withProfile(io, options)),
    ),
  );
  for (const [name, description] of Object.entries(steering))
    withFleet(batch.command(name).description(description))
      .option("--json", "print one JSON object")
      .action((options) =>
        withRedis(options.redis, async () => (await import("./fleet.js")).steer(name as FleetCommand, options, io)),
      );
  withFleet(
    batch.command("serve").description("show a fleet: Bull Board, metrics for Prometheus; receive its callbacks"),
  )
    .addOption(
      new Option("--port <number>", "of the pages, 0 for any free one").default(9464).argParser(wholeNumber(0, 65_535)),
    )
    .addOption(new Option("--callback-port <number>", "receive callbacks there, too").argParser(wholeNumber(0, 65_535)))
    .option("--host <address>", "interface to listen on; 0.0.0.0 lets other machines in", "127.0.0.1")
    .action((options) => withRedis(options.redis, async () => (await import("./serve.js")).serve(options, io)));
  const worker = program.command("worker").description("work for a fleet until SIGTERM or Ctrl-C");
  withConnection(withFleet(worker))
    .requiredOption("--out <folder>", "where results go: the folder that submit and all workers share")
    .option("--pictures <folder>", "where paths in the manifest start on this machine; default: the working folder")
    .addOption(new Option("--concurrency <number>", "rows submitted at a time; default 8").argParser(count))
    .option("--callback-url <address>", "public address that leads to the --callback-port of batch serve")
    .action((options) =>
      withRedis(options.redis, async () =>
        (await import("./fleet.js")).worker(options, await withProfile(io, options)),
      ),
    );
}

const steering: Readonly<Record<FleetCommand, string>> = {
  status: "print what a fleet has waiting, running and done",
  pause: "send no new tasks; running tasks are finished",
  resume: "go on after a pause, a stop or a cancel",
  cancel: "remove rows that were not sent from the queue",
  retry: "put back rows that failed for a temporary reason, were not sent, or are unknown",
};

function withFleet(command: Command): Command {
  return withRedisOption(command).requiredOption("--name <name>", "name of the batch");
}

function withRedisOption(command: Command): Command {
  return command.requiredOption("--redis <address>", "Redis with AOF, such as redis://127.0.0.1:6379");
}

function withRun(command: Command): Command {
  return command
    .requiredOption("--out <folder>", "where results, report.html, failed.jsonl and the journal go")
    .addOption(
      new Option("--budget <dollars>", "most to spend by Kling's price list, earlier runs included").argParser(
        positive,
      ),
    )
    .addOption(new Option("--attempts <number>", "attempts after temporary failures; default 3").argParser(count))
    .option("--assume-absent", "rows without a record here were not paid for elsewhere (CometAPI can't tell)")
    .option("--jsonl", "print one JSON object for each event");
}

function withManifest(command: Command): Command {
  return addFieldOptions(command, "image2video", ["image", "external_task_id"])
    .option(
      "--name <name>",
      "name of the batch, part of every external_task_id; default: the output folder's name, else the manifest's",
    )
    .option("--family <name>", "family of rows that name none; default image2video")
    .option("--pictures <folder>", "where paths in the manifest start; default: its own folder")
    .addOption(new Option("--cap <number>", "most tasks at a time for each model").argParser(count));
}

const count = wholeNumber(1, 1_000_000);
const positive = decimal((value) => value > 0, "Give a number above 0.");
