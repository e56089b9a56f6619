// Plays the faults for one SDK: what went over the wire, what it cost, and what the caller was told.
import { setTimeout as sleep } from "node:timers/promises";
import { faults } from "./faults.mjs";
import { openGateway } from "./gateway.mjs";

/** Milliseconds of a client's time-out where nothing is slow: long, since many wait on one machine. */
const longTimeoutMs = 30_000;
/** Milliseconds after which a caller is taken to wait for ever. */
const patienceMs = 45_000;
const pollEveryMs = 50;

/**
 * Plays every fault, each on its own gateway and client. Most wait, and do so at the same time; a client with a short
 * time-out is alone, so that the machine is quick enough for it.
 * @param {object} given
 * @param {import("./adapter.mjs").Adapter} given.adapter
 * @param {{ createMock: Function, faults: object }} given.simulator what `@klingkit/mock-server` exports
 * @param {(name: string) => Promise<any>} given.load
 * @throws Error where not even a round without a fault goes well
 */
export async function playFaults({ adapter, simulator, load }) {
  const play = (fault) => playFault({ adapter, simulator, load, fault });
  const { finished, posts, charges, told } = await play({ name: "none", kind: "poll", never: true });
  if (!finished || posts !== 1 || charges !== 1)
    throw new Error(`Without a fault it makes ${posts} creates and ${charges} tasks, and says: ${told}`);
  const isShort = ({ clientTimeoutMs }) => clientTimeoutMs !== undefined;
  const cells = await Promise.all(faults.filter((fault) => !isShort(fault)).map(play));
  for (const fault of faults.filter(isShort)) cells.push(await play(fault));
  return faults.flatMap((fault) => cells.filter((cell) => cell.fault === fault.name && cell.kind === fault.kind));
}

async function playFault({ adapter, simulator, load, fault }) {
  const gateway = await openGateway({ simulator, adapter, fault });
  try {
    const { clientTimeoutMs: timeoutMs = longTimeoutMs } = fault;
    const client = await adapter.client({ baseUrl: gateway.url, timeoutMs, load });
    const told = await ended(fault.kind === "poll" || !client.create ? generate(client) : client.create());
    return cellOf({ fault, gateway, told, isOneCall: !client.create });
  } finally {
    await gateway.close();
  }
}

async function generate(client) {
  if (client.generate) return client.generate();
  const id = await client.create();
  if (client.wait) return client.wait(id);
  while (!(await client.poll(id))) await sleep(pollEveryMs);
}

/** How a call ended, without rejecting. */
async function ended(call) {
  const late = { error: new Error(`Still waiting after ${patienceMs / 1_000} s.`) };
  let timer;
  const patience = new Promise((resolve) => {
    timer = setTimeout(resolve, patienceMs, late);
  });
  const outcome = call.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  try {
    return await Promise.race([outcome, patience]);
  } finally {
    clearTimeout(timer);
  }
}

function cellOf({ fault: { name, kind }, gateway: { mock, requests }, told, isOneCall }) {
  const creates = requests.filter((request) => request.kind === "create");
  const charges = mock.ledger.charges;
  const isError = "error" in told;
  // Who holds the video needs no id.
  const isKnown = charges.some((charge) => names(told, charge)) || (isOneCall && !isError && charges.length > 0);
  return {
    fault: name,
    kind,
    posts: creates.length,
    charges: charges.length,
    doubles: Math.max(0, charges.length - 1),
    // The task is there and will be charged, and its caller holds nothing that finds it.
    lost: kind !== "poll" && charges.length > 0 && !isKnown,
    // There is no task, and its caller believes that there is one.
    misled: kind !== "poll" && charges.length === 0 && !isError,
    finished: kind === "poll" && !isError,
    ...(creates.length > 1 && { resentAfterMs: Math.round(creates[1].at - creates[0].at) }),
    told: sayingOf(told, { kind, isKnown }),
  };
}

/** Whether what the caller was told holds an id that finds the task: the task's own, or the caller's. */
function names(told, { taskId, externalTaskId }) {
  const text = textOf("error" in told ? told.error : told.value);
  return [taskId, externalTaskId].some((id) => id !== undefined && text.includes(id));
}

/** Everything a value says, an error's hidden message and causes too. */
function textOf(value, seen = new Set()) {
  if (value === null || typeof value !== "object") return String(value);
  if (seen.has(value) || seen.size > 1_000) return "";
  seen.add(value);
  return Reflect.ownKeys(value)
    .filter((key) => key !== "stack")
    .map((key) => textOf(readable(value, key), seen))
    .join(" ");
}

function readable(value, key) {
  try {
    return value[key];
  } catch {
    return "";
  }
}

function sayingOf({ value, error }, { kind, isKnown }) {
  if (error === undefined) {
    if (kind === "poll") return "finished";
    if (isKnown) return "the task's id";
    return value === undefined ? "success, without an id" : "success, with an id that finds no task";
  }
  const message = String(error?.message ?? error).replaceAll(/\s+/g, " ");
  return `${error?.name ?? "Error"}: ${message}`.slice(0, 160);
}
