import { type Command, InvalidArgumentError, Option } from "commander";

/** Options that several commands have, under the heading that their help shows them below. */
export function withConnection(command: Command): Command {
  return command
    .addOption(dialectOption())
    .option("--base-url <address>", "the server's origin")
    .option("--allow-http", "let the key travel unencrypted to another machine")
    .option("--api-key-stdin", "read the key from standard input");
}

export function dialectOption(): Option {
  return new Option("--dialect <dialect>", "server: cometapi or kling").choices(["cometapi", "kling"]);
}

/** @param more places that only this command knows, such as `, - for standard output` */
export function withResultFile(command: Command, more = ""): Command {
  return command
    .option("--out <file or folder>", `where the result goes${more}; its extension is added in a folder`)
    .option("--force", "replace a file that exists")
    .option("--no-preview", "no picture of the result on the terminal");
}

export function withBudget(command: Command): Command {
  return command.addOption(
    new Option("--budget <dollars>", "refuse a request that costs more").argParser((text) => {
      const dollars = Number(text);
      if (text.trim() !== "" && Number.isFinite(dollars) && dollars >= 0) return dollars;
      throw new InvalidArgumentError("Give an amount in dollars.");
    }),
  );
}

export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON object");
}

/** For commands that take a while. */
export function withEvents(command: Command): Command {
  return withJson(command).addOption(
    new Option("--jsonl", "print a JSON object for each event").implies({ json: true }),
  );
}

export function timeoutOption(): Option {
  return new Option("--timeout <seconds>", "longest wait; default 30 minutes").argParser((text) => {
    const seconds = Number(text);
    if (text.trim() !== "" && Number.isFinite(seconds) && seconds > 0) return seconds;
    throw new InvalidArgumentError("Give a number of seconds above 0.");
  });
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
