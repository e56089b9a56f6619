import type { ServeChoices } from "@klingkit/mock-server/node";
import { addServeOptions } from "@klingkit/mock-server/serve-options";
import { Command, Option } from "commander";

/** What a command line with these words parses to. */
export function choicesOf(...words: string[]): ServeChoices {
  const command = new Command();
  addServeOptions(command, Option);
  return command.parse(["--port", "0", "--render", "none", ...words], { from: "user" }).opts<ServeChoices>();
}
