#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { messageOf } from "@klingkit/spec/web";
import { Command, Option } from "commander";
import { type ServeChoices, serve } from "./node/index.js";
import { addServeOptions } from "./serve-options.js";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

const program = new Command("klingkit-mock")
  .description(
    "A simulator of the Kling video API: nothing here costs anything. The same as `klingkit mock` of @klingkit/cli.",
  )
  .version(version)
  .exitOverride();
addServeOptions(program, Option);

try {
  program.parse();
  const server = await serve(program.opts<ServeChoices>());
  // Before it says that it is there: a reader of that line may end it at once.
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
  process.stdout.write(`klingkit simulator (${server.mock.dialect}) at ${server.url}\n`);
} catch (error) {
  const usage = error instanceof Error && "exitCode" in error ? Number(error.exitCode) : undefined;
  if (usage === undefined) process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = usage === 0 ? 0 : 2;
}
