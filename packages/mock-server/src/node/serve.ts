import { readFileSync } from "node:fs";
import type { Dialect } from "@klingkit/spec";
import { isTime } from "../engine/clock.js";
import { reasonOf } from "../state/file/state-error.js";
import { clearResultCache } from "./cache-folder.js";
import { type MockServer, type MockServerOptions, startMockServer } from "./server.js";

/** What those options parse to. */
export interface ServeChoices {
  readonly port: string;
  readonly host: string;
  readonly dialect: string;
  readonly seed: string;
  readonly render: string;
  readonly clearCache?: boolean;
  readonly realtime?: boolean;
  readonly speed: string;
  readonly progress: string;
  readonly secret?: readonly string[];
  readonly unfitPictures: string;
  readonly ids: string;
  readonly chargeAt: string;
  readonly chargeFailed?: boolean;
  readonly discontinued?: string;
  readonly publicUrl?: string;
  readonly callbackSecret?: string;
  readonly callbackSecretFile?: string;
  readonly callbackTime?: string;
  readonly allowCallbackHost?: readonly string[];
  readonly allowOrigin?: readonly string[];
  readonly allowControlHost?: readonly string[];
  readonly controlToken?: string;
  readonly startTime?: string;
  readonly state?: string;
}

/**
 * Starts a simulator with the options of the command line.
 * @param notice called with one line for the user. Default: writes it to the standard error
 * @throws RangeError with one sentence for a value that can't be used
 */
export async function serve(choices: ServeChoices, notice = toTerminal): Promise<MockServer> {
  const options = readOptions(choices);
  const speed = decimal("--speed", choices.speed, { min: 0.01, max: 1_000 });
  if (choices.clearCache) await clearResultCache();
  const server = await startMockServer({ ...options, notice });
  // A clock that was kept runs on at its own speed.
  if (speed !== 1) server.mock.clock.setSpeed(speed);
  return server;
}

function toTerminal(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readOptions(choices: ServeChoices): MockServerOptions {
  return {
    port: integer("--port", choices.port, { min: 0, max: 65_535 }),
    host: choices.host,
    dialect: choices.dialect as Dialect,
    seed: integer("--seed", choices.seed, { min: 0, max: Number.MAX_SAFE_INTEGER }),
    render: choices.render as "fast" | "full" | "none",
    timing: choices.realtime ? "realtime" : "quick",
    progress: progressOf(choices.progress),
    unfitPictures: choices.unfitPictures as "late" | "refuse",
    ids: choices.ids as "long" | "small",
    secretKeys: given(choices.secret, pairsOf),
    chargeAt: choices.chargeAt as "success" | "create",
    chargeFailed: choices.chargeFailed ?? false,
    discontinued: choices.discontinued as "accept" | "refuse" | undefined,
    publicUrl: given(choices.publicUrl, (text) => addressOf("--public-url", text)),
    state: choices.state,
    callbackSecret: secretOf(choices),
    callbackTime: choices.callbackTime as "wall" | "simulated" | undefined,
    controlToken: choices.controlToken,
    startTime: given(choices.startTime, (text) => timeOf("--start-time", text)),
    allowOrigins: (choices.allowOrigin ?? []).map((origin) => originOf("--allow-origin", origin)),
    allowControlHosts: (choices.allowControlHost ?? []).map((host) => hostOf("--allow-control-host", host)),
    allowCallbackHosts: given(choices.allowCallbackHost, callbackHosts),
  };
}

/** What `read` makes of an option; undefined where the option was not given. */
function given<Text, Value>(text: Text | undefined, read: (text: Text) => Value): Value | undefined {
  return text === undefined ? undefined : read(text);
}

function callbackHosts(hosts: readonly string[]): "any" | readonly string[] {
  return hosts.includes("any") ? "any" : hosts.map((host) => hostOf("--allow-callback-host", host));
}

/** The start of other addresses. */
function addressOf(flag: string, text: string): string {
  if (isWebAddress(text) && !/[?#]/.test(text)) return text;
  throw new RangeError(`${flag} is "${text}"; give an address such as http://mock:4600.`);
}

/** What a browser sends as `Origin`: no path, and no slash. */
function originOf(flag: string, text: string): string {
  const { origin, pathname } = isWebAddress(text) ? new URL(text) : { origin: "", pathname: "" };
  if (pathname === "/") return origin;
  const example = origin === "" ? "https://app.example" : origin;
  throw new RangeError(`${flag} is "${text}"; give scheme and host of a page, such as ${example}.`);
}

/** A host's name as an address has it, perhaps with a port. */
function hostOf(flag: string, text: string): string {
  if (URL.canParse(`http://${text}`) && !/[/?#@]/.test(text)) return text.toLowerCase();
  throw new RangeError(`${flag} is "${text}"; give a host without scheme and path, such as app or app:3000.`);
}

function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function secretOf({ callbackSecret, callbackSecretFile }: ServeChoices): string | undefined {
  if (callbackSecretFile === undefined) return callbackSecret;
  if (callbackSecret !== undefined)
    throw new RangeError(
      "--callback-secret and --callback-secret-file are two ways to say one thing; give one of them.",
    );
  try {
    return readFileSync(callbackSecretFile, "utf8").trim();
  } catch (error) {
    throw new RangeError(`--callback-secret-file can't be read: ${reasonOf(error)}; give the path of a file.`);
  }
}

/** Unix milliseconds, or a date as ISO 8601 writes it. */
function timeOf(flag: string, text: string): number {
  const time = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (isTime(time)) return time;
  throw new RangeError(`${flag} is "${text}"; give Unix milliseconds or a date such as 2026-01-01T00:00:00Z.`);
}

function progressOf(text: string): NonNullable<MockServerOptions["progress"]> {
  if (text === "time" || text === "manual") return text;
  const [, submitted, running] = /^reads=(\d{1,6}),(\d{1,6})$/.exec(text) ?? [];
  if (submitted !== undefined && running !== undefined) return { reads: [Number(submitted), Number(running)] };
  throw new RangeError(`--progress is "${text}"; give time, manual, or reads=<n>,<m> such as reads=1,2.`);
}

/** `ak=sk`, each a pair of keys. */
function pairsOf(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 1 || equals === pair.length - 1)
        throw new RangeError("--secret takes pairs such as accesskey=secretkey.");
      return [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

function integer(flag: string, text: string, { min, max }: Bounds): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${flag} is "${text}"; give a whole number from ${min} to ${max}.`);
}

function decimal(flag: string, text: string, { min, max }: Bounds): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new RangeError(`${flag} is "${text}"; give a number from ${min} to ${max}.`);
}
