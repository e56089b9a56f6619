import { InputError } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { calls, families, type GatewayStatus, type Operation } from "@klingkit/spec";
import { priceRequest } from "@klingkit/spec/pricing";
import type { Connection } from "./connection.js";
import type { Io } from "./io.js";
import { kebabCase } from "./names.js";

const operations: Readonly<Record<string, Operation | undefined>> = { ...families, ...calls };

/** What is known of an operation that nobody has seen work at the gateway. */
const doubts: Readonly<Record<Exclude<GatewayStatus, "live">, string>> = {
  documented: "is documented by CometAPI, but no successful call is on record",
  undocumented: "is not documented by CometAPI, and no successful call is on record",
  unavailable: "has a page at CometAPI, but its route was not there when it was tried",
  retired: "is retired at CometAPI",
};

/**
 * Checks the request against the contract, warns of what the gateway may not serve, then says whether it costs money,
 * where it goes and how much.
 * @throws InputError for a request that would be refused
 */
export async function printCostNotice(
  { client, address, isSimulated }: Connection,
  operation: string,
  body: Readonly<Record<string, unknown>>,
  io: Io,
): Promise<void> {
  const row = operations[operation];
  const call = row?.kind === "call" ? row : undefined;
  // The client refuses what this dialect's server does not have.
  if (call && !call.dialects.includes(client.dialect)) return;
  const warn = (text: string) => io.stderr.write(`klingkit: warning: ${text}\n`);
  for (const { severity, message, advice } of preflight(operation, body, client)) {
    if (severity === "refuse") throw new InputError(`${message}.`, advice);
    warn(advice);
  }
  if (client.dialect === "cometapi" && row && row.gatewayStatus !== "live")
    warn(`${kebabCase(operation)} ${doubts[row.gatewayStatus]}.`);
  // A query costs nothing.
  if (call?.method === "GET") return;
  const { units, usd } = priceRequest(operation, { ...body });
  const estimate = units === null ? "price not on record" : `about ${units} units ($${usd})`;
  const simulated = await isSimulated();
  io.stderr.write(simulated ? `SIMULATED ${address}: free (live: ${estimate})\n` : `LIVE ${address}: ${estimate}\n`);
}
