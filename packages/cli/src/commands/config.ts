import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { InputError } from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import type { Io } from "../io.js";
import { notice, printResult } from "../report.js";
import { configFile, profilesIn, settingsOf } from "../settings.js";
import { table } from "../table.js";

/** `klingkit config`: the values in effect, and where each comes from. */
export async function config(options: { readonly json?: boolean }, io: Io): Promise<void> {
  const settings = await settingsOf(io);
  const lines = table(
    ["NAME", "VALUE", "FROM"],
    settings.map(({ name, value, source }) => [name, value, source]),
    io.stdout,
  );
  await printResult(io, options.json, { settings }, lines);
}

/** `klingkit init`: asks for address and variable on a terminal, and writes a profile. It never asks for a key. */
export async function init(io: Io): Promise<void> {
  if (!io.stdin.isTTY)
    throw new InputError(
      "init asks questions, and standard input is not a terminal.",
      `Write ${configFile(io)} yourself, or set the variables that klingkit config shows.`,
      "no-terminal",
    );
  const questions = createInterface({ input: io.stdin, output: process.stderr });
  try {
    const ask = async (words: string, usual: string) =>
      (await questions.question(`${words} [${usual}] `)).trim() || usual;
    const name = await ask("Name of the profile", "live");
    const dialect = await ask(`Server: ${Object.keys(dialects).join(" or ")}`, "cometapi");
    const row = dialects[dialect as keyof typeof dialects];
    if (!row) throw new InputError(`There is no dialect "${dialect}".`, `Use ${Object.keys(dialects).join(" or ")}.`);
    const baseUrl = await ask("Address", row.baseUrl);
    const keyVariable = await ask(
      "Variable that holds the key",
      dialect === "kling" ? "KLING_API_KEY" : "COMETAPI_KEY",
    );
    await writeProfile(io, name, { dialect, baseUrl, keyVariable });
    notice(io, `${configFile(io)} has the profile ${name}. Use it with KLINGKIT_PROFILE=${name}.`);
    if (!io.env[keyVariable]) notice(io, `Set ${keyVariable} before the first live run.`);
    notice(io, 'A first run that costs nothing: klingkit generate picture.jpg --prompt "The steam rises" --mock');
  } finally {
    questions.close();
  }
}

async function writeProfile(io: Io, name: string, profile: object): Promise<void> {
  const file = configFile(io);
  const text = await readFile(file, "utf8").catch(() => "");
  const profiles = { ...(text === "" ? {} : profilesIn(text, file)), [name]: profile };
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600 });
}
