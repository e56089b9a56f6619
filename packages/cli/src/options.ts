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
  const dollars = decimal((value) => value >= 0, "Give an amount in dollars.");
  return command.addOption(new Option("--budget <dollars>", "refuse a request that costs more").argParser(dollars));
}

/** For commands that can run on a simulator of their own. */
export function withSimulator(command: Command): Command {
  return command
    .addOption(
      new Option("--mock", "use a simulator inside this process: free, no key, no network").conflicts("baseUrl"),
    )
    .addOption(
      new Option("--seed <number>", "with --mock: the same seed gives the same results").argParser(
        wholeNumber(0, 2 ** 31),
      ),
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
  const seconds = decimal((value) => value > 0, "Give a number of seconds above 0.");
  return new Option("--timeout <seconds>", "longest wait; default 30 minutes").argParser(seconds);
}

/** Reads a number that may have decimals. @param advice what the error says to a number that is not allowed */
export function decimal(isAllowed: (value: number) => boolean, advice: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && isAllowed(value)) return value;
    throw new InvalidArgumentError(advice);
  };
}

export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Give a whole number from ${min} to ${max}.`);
  };
}
