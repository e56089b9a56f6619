import { readFile } from "node:fs/promises";
import path from "node:path";
import { InputError } from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import type { Io } from "./io.js";
import { stateFolder } from "./state-folder.js";
import { nearest } from "./suggest.js";

/** A named set of settings in the file of profiles. It names the variable that holds the key, and never a key. */
export interface Profile {
  readonly dialect?: string;
  readonly baseUrl?: string;
  /** Name of the environment variable with the key. */
  readonly keyVariable?: string;
}

/** The file of profiles: `KLINGKIT_CONFIG`, else `config.json` beside what is remembered. */
export function configFile(io: Pick<Io, "env">): string {
  return io.env.KLINGKIT_CONFIG ? path.resolve(io.env.KLINGKIT_CONFIG) : path.join(stateFolder(io), "config.json");
}

/**
 * The profile that `KLINGKIT_PROFILE` names; empty where it names none.
 * @throws InputError for a file that can't be read, or has no such profile
 */
async function readProfile(io: Pick<Io, "env">): Promise<Profile> {
  const name = io.env.KLINGKIT_PROFILE;
  if (!name) return {};
  const file = configFile(io);
  const text = await readFile(file, "utf8").catch(() => {
    throw new InputError(
      `KLINGKIT_PROFILE is "${name}", and ${file} can't be read.`,
      "Make it with: klingkit init",
      "no-profile",
    );
  });
  const profiles = profilesIn(text, file);
  const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
  if (!profile)
    throw new InputError(
      `${file} has no profile "${name}".`,
      `It has ${Object.keys(profiles).join(", ") || "none"}.`,
      "no-profile",
    );
  return checkProfile(profile, `The profile "${name}" in ${file}`);
}

const settingNames = ["dialect", "baseUrl", "keyVariable"] as const satisfies readonly (keyof Profile)[];

/**
 * A setting that is misspelt must not be left out: without its address a profile for a simulator is live.
 * @throws InputError for settings that are unknown or no text. It never shows what may be a key.
 */
function checkProfile(profile: Profile, what: string): Profile {
  const refuse = (problem: string, remedy: string) => new InputError(`${what} ${problem}.`, remedy, "no-profile");
  if (typeof profile !== "object" || Array.isArray(profile))
    throw refuse("is not a JSON object", "Write it with: klingkit init");
  const { dialect, baseUrl, keyVariable, ...unknown } = profile;
  const [other] = Object.keys(unknown);
  if (other !== undefined) {
    const guess = nearest(other, settingNames);
    throw refuse(
      `has a setting "${other.slice(0, 60)}", which does not exist`,
      guess ? `Did you mean ${guess}?` : `Its settings are ${settingNames.join(", ")}.`,
    );
  }
  for (const [name, value] of Object.entries({ dialect, baseUrl, keyVariable }))
    if (value !== undefined && (typeof value !== "string" || value.trim() === ""))
      throw refuse(`has no text in ${name}`, "Give one, or remove the setting.");
  if (typeof keyVariable === "string" && !isVariableName(keyVariable))
    throw refuse("has something else in keyVariable than the name of an environment variable", keyIsNotHere);
  return profile;
}

/** What to do where a key was given instead of the name of its variable. */
export const keyIsNotHere = "Give the variable's name, such as COMETAPI_KEY; the key itself stays in the environment.";

export function isVariableName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

export function profilesIn(text: string, file: string): Readonly<Record<string, Profile>> {
  try {
    const { profiles } = JSON.parse(text.replace(/^\ufeff/, "")) as {
      readonly profiles?: Readonly<Record<string, Profile>>;
    };
    return profiles ?? {};
  } catch {
    throw new InputError(
      `${file} is not valid JSON.`,
      'It looks like {"profiles": {"live": {"dialect": "cometapi", "keyVariable": "COMETAPI_KEY"}}}.',
      "no-profile",
    );
  }
}

/** The flags that say which server a command asks. */
interface Asked {
  readonly dialect?: string;
  readonly baseUrl?: string;
  readonly mock?: boolean;
}

/**
 * The profile that is in effect. It is for one dialect: for another one it would send the key of one provider to the
 * address of the other.
 * @throws InputError for another dialect, unless the address is given too
 */
async function profileFor({ dialect: asked, baseUrl, mock }: Asked, io: Pick<Io, "env">): Promise<Profile> {
  const profile = await readProfile(io);
  const { dialect = "cometapi" } = profile;
  const wanted = asked || io.env.KLINGKIT_DIALECT || dialect;
  if (!io.env.KLINGKIT_PROFILE || wanted === dialect) return profile;
  if (mock || baseUrl || io.env.KLINGKIT_BASE_URL) return {};
  throw new InputError(
    `The profile "${io.env.KLINGKIT_PROFILE}" is for ${dialect}, and the dialect is ${wanted}.`,
    "Name a profile for that dialect in KLINGKIT_PROFILE, leave KLINGKIT_PROFILE empty, or add --base-url.",
    "no-profile",
  );
}

/**
 * The environment with what the profile says below it: flags and variables win over profiles. The key alone comes from the
 * variable that the profile names, and from no other: another account would be charged, or another server get the key.
 */
export async function withProfile(io: Io, asked: Asked): Promise<Io> {
  const { dialect, baseUrl, keyVariable } = await profileFor(asked, io);
  const env = {
    ...io.env,
    KLINGKIT_DIALECT: io.env.KLINGKIT_DIALECT || dialect,
    KLINGKIT_BASE_URL: io.env.KLINGKIT_BASE_URL || baseUrl,
  };
  return { ...io, env, ...(keyVariable === undefined ? {} : { keyVariable }) };
}

/**
 * The environment variables that may hold a dialect's key, the most usual one first.
 * @param named the only one, where a profile names one that is not among the usual ones
 */
export function keyVariables(dialect: string, named?: string): readonly [string, ...string[]] {
  const usual = dialect === "kling" ? (["KLING_API_KEY", "KLING_ACCESS_KEY"] as const) : (["COMETAPI_KEY"] as const);
  return named === undefined || usual.some((name) => name === named) ? usual : [named];
}

/** An address to be shown: without user and password, which no server of ours takes. */
export function withoutPassword(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.username || url?.password ? `${url.protocol}//${url.host}${url.pathname}` : address;
}

/** One value in effect, and where it comes from. */
export interface Setting {
  readonly name: string;
  readonly value: string;
  readonly source: string;
}

/** The values in effect. Keys are described, never shown. */
export async function settingsOf(io: Io): Promise<Setting[]> {
  const profile = await profileFor({}, io);
  const from = (variable: string, own: string | undefined, otherwise: string): Omit<Setting, "name"> => {
    if (io.env[variable]) return { value: io.env[variable], source: variable };
    return own === undefined
      ? { value: otherwise, source: "default" }
      : { value: own, source: `profile ${io.env.KLINGKIT_PROFILE}` };
  };
  const dialect = from("KLINGKIT_DIALECT", profile.dialect, "cometapi");
  const row = dialects[dialect.value as keyof typeof dialects] ?? dialects.cometapi;
  const address = from("KLINGKIT_BASE_URL", profile.baseUrl, row.baseUrl);
  const key = keySource(io, dialect.value, profile);
  return [
    { name: "dialect", ...dialect },
    { name: "address", ...address, value: withoutPassword(address.value) },
    { name: "key", ...key },
    {
      name: "profile",
      value: io.env.KLINGKIT_PROFILE || "none",
      source: io.env.KLINGKIT_PROFILE ? "KLINGKIT_PROFILE" : "default",
    },
    { name: "profiles file", value: configFile(io), source: io.env.KLINGKIT_CONFIG ? "KLINGKIT_CONFIG" : "default" },
    {
      name: "state folder",
      value: stateFolder(io),
      source: io.env.KLINGKIT_STATE_DIR ? "KLINGKIT_STATE_DIR" : io.env.XDG_STATE_HOME ? "XDG_STATE_HOME" : "default",
    },
  ];
}

/** Where the key comes from and how long it is; never the key. */
function keySource(io: Io, dialect: string, { keyVariable }: Profile): Omit<Setting, "name"> {
  const names = keyVariables(dialect, keyVariable);
  const found = names.find((name) => io.env[name]);
  if (!found) return { value: "none", source: `${names.join(" or ")} is not set` };
  return { value: `set, ${io.env[found]?.trim().length} characters`, source: found };
}
