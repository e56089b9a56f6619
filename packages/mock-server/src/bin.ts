#!/usr/bin/env node
import { Command, Option } from "commander";
import { type ServeChoices, serve } from "./node/index.js";
import { serveOptions } from "./serve-options.js";

const program = new Command("klingkit-mock")
  .description("A simulator of the Kling video API: nothing here costs anything.")
  .exitOverride();
for (const { flags, description, ...rest } of serveOptions) {
  const option = new Option(flags, description);
  if ("default" in rest) option.default(rest.default);
  if ("env" in rest) option.env(rest.env);
  if ("choices" in rest) option.choices(rest.choices);
  program.addOption(option);
}

try {
  program.parse();
  const server = await serve(program.opts<ServeChoices>());
  process.stdout.write(`klingkit simulator (${server.mock.dialect}) at ${server.url}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void server.close());
} catch (error) {
  const usage = error instanceof Error && "exitCode" in error ? Number(error.exitCode) : undefined;
  if (usage === undefined) process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = usage === 0 ? 0 : 2;
}
