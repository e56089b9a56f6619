import { InputError } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { calls, families, type GatewayStatus, type Operation } from "@klingkit/spec";
import { type Price, priceRequest } from "@klingkit/spec/pricing";
import type { Connection } from "./connection.js";
import type { Io } from "./io.js";
import { kebabCase } from "./names.js";
import { notice, sentence } from "./report.js";

const operations: Readonly<Record<string, Operation | undefined>> = { ...families, ...calls };

/** What is known of an operation that nobody has seen work at the gateway. */
const doubts: Readonly<Record<Exclude<GatewayStatus, "live">, string>> = {
  documented: "is documented by CometAPI, but no successful call is on record",
  undocumented: "is not documented by CometAPI, and no successful call is on record",
  unavailable: "has a page at CometAPI, but its route was not there when it was tried",
  discontinued: "was discontinued at CometAPI",
};

/**
 * Checks the request against the contract, warns of what the gateway may not serve, then says whether it costs money,
 * where it goes and how much.
 * @throws InputError for a request that would be refused, or costs more than the budget in dollars
 * @returns the price; undefined for a request that costs nothing
 */
export async function printCostNotice(
  connection: Connection,
  operation: string,
  body: Readonly<Record<string, unknown>>,
  { io, budget }: { readonly io: Io; readonly budget?: number | undefined },
): Promise<Price | undefined> {
  const { client, address, isSimulated } = connection;
  const row = operations[operation];
  const call = row?.kind === "call" ? row : undefined;
  // The client refuses what this dialect's server does not have.
  if (call && !call.dialects.includes(client.dialect)) return undefined;
  const warn = (text: string) => notice(io, `warning: ${text}`);
  for (const { severity, message, advice } of preflight(operation, body, client)) {
    if (severity === "refuse") throw new InputError(sentence(message), advice);
    warn(advice);
  }
  if (client.dialect === "cometapi" && row && row.gatewayStatus !== "live")
    warn(`${kebabCase(operation)} ${doubts[row.gatewayStatus]}.`);
  // A query costs nothing.
  if (call?.method === "GET") return undefined;
  const price = priceRequest(operation, { ...body });
  const estimate = describePrice(price);
  checkBudget(price, budget);
  io.stderr.write(await costLine(connection, estimate));
  const simulated = (await isSimulated()) ?? false;
  io.events.emit({ type: "price", address, simulated, units: price.units, usd: price.usd });
  return price;
}

/** The line that a command prints before it sends something that costs money. What may be live is called so. */
export async function costLine({ address, isSimulated }: Connection, cost: string): Promise<string> {
  const simulated = await isSimulated();
  if (simulated) return `SIMULATED ${address}: free (live: ${cost})\n`;
  const doubt = simulated === undefined ? ", unless it is a simulator: nothing answers there now" : "";
  return `LIVE ${address}: ${cost}${doubt}\n`;
}

/** `about 3 units ($0.42)`. */
export function describePrice({ units, usd, reason }: Price): string {
  if (units === null) return `price not on record: ${reason}`;
  return `about ${units} units${usd === null ? "" : ` ($${usd.toFixed(2)})`}`;
}

/** @throws InputError where the price is above the budget, or nobody knows it */
export function checkBudget({ units, usd, reason }: Price, budget: number | undefined): void {
  if (budget === undefined) return;
  if (units === null || usd === null)
    throw new InputError(
      `The price is not on record (${reason}), and --budget is $${budget}.`,
      "Leave --budget out to send it all the same.",
      "budget",
    );
  if (usd > budget)
    throw new InputError(
      `This would cost about $${usd.toFixed(2)}, more than --budget $${budget}.`,
      "Raise --budget, or ask for less.",
      "budget",
    );
}
