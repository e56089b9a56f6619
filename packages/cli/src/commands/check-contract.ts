import { type KlingClient, KlingkitError } from "@klingkit/core";
import { type Call, calls, type Family, families, type GatewayStatus, requestFields } from "@klingkit/spec";
import { type ConnectionOptions, connect } from "../connection.js";
import type { Io } from "../io.js";

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do where it is not ok. */
  readonly advice?: string;
}

/** A query that costs nothing, and how the contract says that it ends. */
interface Query {
  readonly name: string;
  readonly gatewayStatus: GatewayStatus;
  readonly ends: "task-not-found" | "with an answer";
  ask(client: KlingClient): Promise<unknown>;
}

/** No task has it. */
const noTask = "1000000000000000000";

/** What CometAPI does not serve, by the contract's own word, need not be there. */
const mayBeMissing: readonly GatewayStatus[] = ["unavailable", "undocumented", "discontinued"];

/** The contract's free reads with the key: each must end as the contract says. Nothing is created. */
export async function checkContract(options: ConnectionOptions, io: Io): Promise<Check[]> {
  const { client } = await connect(options, io);
  const checks: Check[] = [];
  for (const query of queriesFor(client)) {
    const check = await checkQuery(query, client);
    checks.push(check);
    // The key is wrong or the server is gone: so would be every other answer.
    if (!check.ok && checks.length === 1) break;
  }
  return checks;
}

function queriesFor({ dialect }: KlingClient): Query[] {
  const ofFamilies = Object.values<Family>(families).flatMap(({ name, gatewayStatus }): Query[] => [
    { name, gatewayStatus, ends: "task-not-found", ask: (client) => client.family(name).get(noTask) },
    // CometAPI documents no list.
    ...(dialect === "kling"
      ? [{ name: `${name} list`, gatewayStatus, ends: "with an answer" as const, ask: listOf(name) }]
      : []),
  ]);
  const ofCalls = Object.values<Call>(calls)
    .filter(({ method, dialects }) => method === "GET" && dialects.includes(dialect))
    .map(({ name, gatewayStatus }): Query => {
      return { name, gatewayStatus, ends: "with an answer", ask: (client) => client.call(name, parametersOf(name)) };
    });
  return [...ofFamilies, ...ofCalls];
}

const dayMs = 24 * 3_600_000;

/** What a query needs: of those that ask for a span of time, the last day. */
function parametersOf(name: string): Record<string, unknown> {
  const span: Record<string, unknown> = { start_time: Date.now() - dayMs, end_time: Date.now() };
  const needed = (requestFields[name] ?? []).filter((field) => field.name in span);
  return Object.fromEntries(needed.map((field) => [field.name, span[field.name]]));
}

function listOf(name: string): Query["ask"] {
  return (client) => client.family(name).list({ pageSize: 1 });
}

async function checkQuery({ name, gatewayStatus, ends, ask }: Query, client: KlingClient): Promise<Check> {
  const { end, found } = await ask(client).then(
    () => ({ end: "with an answer", found: "answers" }),
    (error: unknown) =>
      KlingkitError.isInstance(error)
        ? { end: error.code, found: `${error.code}: ${error.message}` }
        : { end: "", found: String(error) },
  );
  const asContract = { name, ok: true, found: "answers as the contract says" };
  if (end === ends) return asContract;
  const isKnownGap = client.dialect === "cometapi" && mayBeMissing.includes(gatewayStatus);
  if (end === "route-unavailable" && isKnownGap) return { ...asContract, found: "is not served, as the contract says" };
  const advice = /key|401|unauth/i.test(found)
    ? "Check the key."
    : "The server answers in another way than the contract says: please report it.";
  return { name, ok: false, found, advice };
}
