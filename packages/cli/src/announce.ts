import { InputError } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { priceRequest } from "@klingkit/spec/pricing";
import type { Connection } from "./connection.js";
import type { Io } from "./io.js";

/**
 * Checks the request against the contract, then says whether it costs money, where it goes and how much.
 * @throws InputError for a request that would be refused
 */
export function announce(
  { client, simulated, address }: Connection,
  family: string,
  body: Readonly<Record<string, unknown>>,
  io: Io,
): void {
  for (const { severity, message, advice } of preflight(family, body, { dialect: client.dialect })) {
    if (severity === "refuse") throw new InputError(`${message}.`, advice);
    io.stderr.write(`klingkit: warning: ${advice}\n`);
  }
  const { units } = priceRequest(family, { ...body });
  const estimate = units === null ? "price not on record" : `about ${units} units`;
  io.stderr.write(simulated ? `SIMULATED ${address}: free (live: ${estimate})\n` : `LIVE ${address}: ${estimate}\n`);
}
