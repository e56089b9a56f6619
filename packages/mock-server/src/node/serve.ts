import type { Dialect } from "@klingkit/spec";
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
  readonly allowCallbackHost?: readonly string[];
  readonly state?: string;
}

/**
 * Starts a simulator as the command line asks.
 * @throws RangeError with one sentence for a value that can't be used
 */
export async function serve(choices: ServeChoices): Promise<MockServer> {
  const options = readOptions(choices);
  const speed = figure("--speed", choices.speed, { min: 0.01, max: 1_000 });
  if (choices.clearCache) await clearResultCache();
  const server = await startMockServer(options);
  tellOfDiscontinued(server);
  // A clock that was kept runs on at its own speed.
  if (speed !== 1) server.mock.clock.setSpeed(speed);
  return server;
}

/** Says once what was let pass although Kling itself refuses it. */
function tellOfDiscontinued({ mock }: MockServer): void {
  const told = new Set<string>();
  mock.events.subscribe((event) => {
    if (event.type !== "warning" || !event.detail.message.includes("has been discontinued")) return;
    if (told.has(event.detail.message)) return;
    told.add(event.detail.message);
    process.stderr.write(`klingkit: ${event.detail.message} Kling refuses it; name a living model_name.\n`);
  });
}

function readOptions(choices: ServeChoices): MockServerOptions {
  const { discontinued, publicUrl, callbackSecret, allowCallbackHost, state } = choices;
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
    ...(choices.secret === undefined ? {} : { secretKeys: pairsOf(choices.secret) }),
    chargeAt: choices.chargeAt as "success" | "create",
    chargeFailed: choices.chargeFailed ?? false,
    ...(discontinued === undefined ? {} : { discontinued: discontinued as "accept" | "refuse" }),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, "") }),
    ...(state === undefined ? {} : { state }),
    ...(callbackSecret === undefined ? {} : { callbackSecret }),
    ...(allowCallbackHost === undefined
      ? {}
      : { allowCallbackHosts: allowCallbackHost.includes("any") ? "any" : allowCallbackHost }),
  };
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

function figure(flag: string, text: string, { min, max }: Bounds): number {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new RangeError(`${flag} is "${text}"; give a number from ${min} to ${max}.`);
}
