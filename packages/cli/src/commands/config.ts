import { randomUUID } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { createKlingClient, type Dialect, InputError } from "@klingkit/core";
import { makeFolder } from "@klingkit/core/node";
import { dialects } from "@klingkit/spec";
import type { Io } from "../io.js";
import { notice, printResult } from "../report.js";
import { configFile, isVariableName, keyIsNotHere, keyVariables, profilesIn, settingsOf } from "../settings.js";
import { table } from "../table.js";
import { codeOf } from "../thrown.js";

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

/**
 * `klingkit init`: asks for the address and the key's variable on a terminal, writes a profile, and offers a first run on the
 * simulator. It never asks for a key.
 */
export async function init(io: Io): Promise<void> {
  if (!io.stdin.isTTY)
    throw new InputError(
      "init asks questions, and standard input is not a terminal.",
      `Write ${configFile(io)} yourself, or set the variables that klingkit config shows.`,
      "no-terminal",
    );
  const picture = await askForProfile(io);
  if (picture === "")
    return notice(
      io,
      'A first run that costs nothing: klingkit generate picture.jpg --prompt "The steam rises" --mock',
    );
  const { generate } = await import("./generate.js");
  await generate([picture], { mock: true }, io);
}

/** Writes the profile that the answers describe. @returns the picture for a first run, or "" */
async function askForProfile(io: Io): Promise<string> {
  const questions = createInterface({ input: io.stdin });
  const answers = questions[Symbol.asyncIterator]();
  const ask = async (words: string, usual: string) => {
    io.stderr.write(`${words}${usual ? ` [${usual}]` : ""}: `);
    const { value, done } = await answers.next();
    if (done)
      throw new InputError("The input ended before the last answer.", "Nothing was written; run klingkit init again.");
    return String(value).trim() || usual;
  };
  try {
    const name = await ask("Name of the profile", "live");
    const dialect = await ask(`Server, ${Object.keys(dialects).join(" or ")}`, "cometapi");
    const row = dialects[dialect as keyof typeof dialects];
    if (!row) throw new InputError(`There is no dialect "${dialect}".`, `Use ${Object.keys(dialects).join(" or ")}.`);
    const baseUrl = await ask("Address", row.baseUrl);
    // Whatever a client would refuse later.
    createKlingClient({ dialect: dialect as Dialect, baseUrl, allowHttp: true, apiKey: "unused" });
    const keyVariable = await ask("Variable that holds the key", keyVariables(dialect)[0]);
    if (!isVariableName(keyVariable))
      throw new InputError("That is not the name of an environment variable; nothing was written.", keyIsNotHere);
    const profiles = await knownProfiles(io);
    if (
      Object.hasOwn(profiles, name) &&
      !/^y(es)?$/i.test(await ask(`Replace the profile ${name} that is there`, "no"))
    )
      throw new InputError(`The profile ${name} is as it was.`, "Run klingkit init again with another name.");
    await writeProfiles(io, { ...profiles, [name]: { dialect, baseUrl, keyVariable } });
    notice(io, `${configFile(io)} has the profile ${name}. Use it with KLINGKIT_PROFILE=${name}.`);
    if (!io.env[keyVariable]) notice(io, `Set ${keyVariable} before the first live run.`);
    return await ask("A picture to try the simulator with, for free (Enter for none)", "").catch(() => "");
  } finally {
    questions.close();
  }
}

/** @throws InputError for a file that is there and can't be read: what is in it must not be lost */
async function knownProfiles(io: Io) {
  const file = configFile(io);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    if (codeOf(error) === "ENOENT") return "";
    throw unusable(file, "read", error);
  });
  return text === "" ? {} : profilesIn(text, file);
}

function unusable(file: string, what: "read" | "written", error: unknown): InputError {
  return new InputError(
    `${file} can't be ${what} (${codeOf(error)}).`,
    "Name another file in KLINGKIT_CONFIG.",
    "no-profile",
  );
}

/** The file is there whole, or as it was. @throws InputError where it can't be written */
async function writeProfiles(io: Io, profiles: object): Promise<void> {
  const file = configFile(io);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    await makeFolder(path.dirname(file), 0o700);
    await writeFile(temporary, `${JSON.stringify({ profiles }, null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch (error) {
    throw unusable(file, "written", error);
  } finally {
    await rm(temporary, { force: true }).catch(() => {});
  }
}
