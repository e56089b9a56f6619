import type { Dialect } from "@klingkit/spec";
import { type MockServer, startMockServer } from "./server.js";

/** What those options parse to. */
export interface ServeChoices {
  readonly port: string;
  readonly host: string;
  readonly dialect: string;
  readonly seed: string;
  readonly render: string;
  readonly realtime?: boolean;
  readonly publicUrl?: string;
}

/**
 * Starts a simulator as the command line asks.
 * @throws RangeError with one sentence for a value that can't be used
 */
export function serve(choices: ServeChoices): Promise<MockServer> {
  return startMockServer({
    port: integer("--port", choices.port, 0, 65_535),
    host: choices.host,
    dialect: choices.dialect as Dialect,
    seed: integer("--seed", choices.seed, 0, Number.MAX_SAFE_INTEGER),
    render: choices.render as "fast" | "full" | "none",
    timing: choices.realtime ? "realtime" : "quick",
    ...(choices.publicUrl === undefined ? {} : { publicUrl: choices.publicUrl.replace(/\/+$/, "") }),
  });
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${flag} is "${text}"; give a whole number from ${min} to ${max}.`);
}
