import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { InputError, isLoopback } from "@klingkit/core";
import { makeFolder } from "@klingkit/core/node";
import { messageOf } from "@klingkit/spec/web";
import { BatchError } from "../batch-error.js";
import { addressOf, type ConnectionOptions, dialectOf } from "../connection.js";
import { exitCodes } from "../exit-code.js";
import type { Io } from "../io.js";
import { isUnfinished } from "../job.js";
import { fetchThroughProxy, hostOf, isProxy, proxyFor } from "../proxy.js";
import { printResult } from "../report.js";
import { resumeAllCommands } from "../resume.js";
import { keyVariables, withoutPassword } from "../settings.js";
import { isSimulator } from "../simulator.js";
import { isOnNetwork, stateFolder } from "../state-folder.js";
import { openMemory } from "../task-memory.js";
import { codeOf, fetchFailure } from "../thrown.js";
import { type Check, checkContract } from "./check-contract.js";

export interface DoctorOptions extends ConnectionOptions {
  readonly json?: boolean;
  /** Asks the server with the key: free queries only. */
  readonly live?: boolean;
}

const { engines } = createRequire(import.meta.url)("@klingkit/cli/package.json") as { engines: { node: string } };

const keyNotChecked = "The server was not asked about the key; klingkit doctor --live asks, for free.";

/** `klingkit doctor`: looks at everything a command needs, and ends with what to do. */
export async function doctor(options: DoctorOptions, io: Io): Promise<void> {
  const given = addressOf(options, io);
  const address = withoutPassword(given);
  const server = address === given ? await checkServer(address, io) : [holdsPassword(address)];
  const checks = [
    checkNode(),
    await checkFolder(io),
    ...(await checkMemory(io)),
    checkKey(options, io, address),
    checkProxy(address, io),
    ...server,
    // Of a server that does not answer, nothing is to be learnt.
    ...(options.live && server[0]?.ok ? await checkContract(options, io) : []),
  ];
  const failed = checks.filter(({ ok }) => !ok);
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, ok, found }) => `${ok ? "ok  " : "FAIL"}  ${name.padEnd(width)}  ${found}`);
  const todo =
    failed.length === 0
      ? [options.live ? "Everything is in order." : `Everything is in order. ${keyNotChecked}`]
      : ["", "To do:", ...failed.map(({ name, advice }) => `  ${name}: ${advice ?? "see above"}`)];
  await printResult(io, options.json, { checks, ok: failed.length === 0 }, [...lines, ...todo]);
  if (failed.length > 0)
    throw new BatchError(`${failed.length} of ${checks.length} checks failed.`, {
      exitCode: exitCodes.configuration,
      open: [],
    });
}

function checkNode(): Check {
  const [major = 0, minor = 0] = numbersIn(process.versions.node);
  const [leastMajor = 0, leastMinor = 0] = numbersIn(engines.node);
  const ok = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return {
    name: "Node",
    ok,
    found: `${process.versions.node} (needs ${engines.node})`,
    advice: `Install Node ${engines.node}.`,
  };
}

function numbersIn(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

async function checkFolder(io: Io): Promise<Check> {
  const folder = stateFolder(io);
  const advice = "Set KLINGKIT_STATE_DIR to a folder on a local disk that you can write to.";
  try {
    await makeFolder(folder, 0o700);
    await access(folder, constants.W_OK);
  } catch (error) {
    return { name: "state folder", ok: false, found: `${folder} can't be written (${codeOf(error)})`, advice };
  }
  const isRemote = await isOnNetwork(folder);
  return {
    name: "state folder",
    ok: !isRemote,
    found: `${folder}${isRemote ? " is on a network file system" : ""}`,
    advice,
  };
}

async function checkMemory(io: Io): Promise<Check[]> {
  const memory = openMemory(io, false);
  try {
    const records = await memory.store.list();
    const open = records.filter(isUnfinished);
    const found = `${records.length} tasks remembered, ${open.length} unfinished`;
    const commands = resumeAllCommands(open).join(" and ");
    return [{ name: "tasks", ok: true, found: open.length > 0 ? `${found}; finish them with: ${commands}` : found }];
  } catch (error) {
    return [{ name: "tasks", ok: false, found: messageOf(error), advice: `Mend or move ${memory.folder}.` }];
  }
}

function checkKey(options: DoctorOptions, io: Io, address: string): Check {
  const dialect = dialectOf(options, io);
  const names = keyVariables(dialect, io.keyVariable);
  const name = names.find((variable) => io.env[variable]);
  const key = name === undefined ? "" : (io.env[name] ?? "");
  const advice = `Set ${names[0]}; it is not needed for a simulator.`;
  if (name === undefined)
    return {
      name: "key",
      ok: isLoopback(address),
      found: `${names.join(" and ")} not set`,
      advice,
    };
  const trimmed = key.trim();
  if (/[^\x21-\x7e]/.test(trimmed))
    return {
      name: "key",
      ok: false,
      found: `${name} holds a character that no key has`,
      advice: `Set ${name} again, without quotes, spaces or line ends.`,
    };
  const isUsual =
    dialect === "cometapi"
      ? trimmed.startsWith("sk-")
      : name === "KLING_ACCESS_KEY" || trimmed.startsWith("api-key-kling-");
  return {
    name: "key",
    ok: true,
    found: `${name}, ${trimmed.length} characters${isUsual ? "" : ", of an unusual form"}`,
  };
}

function checkProxy(address: string, io: Io): Check {
  const used = URL.canParse(address) ? proxyFor(address, io.env) : undefined;
  const extra = io.env.NODE_EXTRA_CA_CERTS ? `; certificates of ${io.env.NODE_EXTRA_CA_CERTS}` : "";
  if (!used) return { name: "proxy", ok: true, found: `none for ${address}${extra}` };
  const ok = isProxy(used.proxy);
  const shown = hostOf(used.proxy);
  return {
    name: "proxy",
    ok,
    found: `${shown}, from ${used.variable}${extra}`,
    advice: `Set ${used.variable} to http://host:port.`,
  };
}

function holdsPassword(address: string): Check {
  const advice = "Leave user and password out of the address; a key signs in.";
  return { name: "server", ok: false, found: `the address of ${address} holds a user or a password`, advice };
}

/** Whether the address answers, and how far its clock is from ours. No key is sent. */
async function checkServer(address: string, io: Io): Promise<Check[]> {
  const advice = "Check the address, the network and the proxy.";
  if (!URL.canParse(address)) return [{ name: "server", ok: false, found: `"${address}" is not an address`, advice }];
  try {
    const fetch = await fetchThroughProxy(address, io.env);
    const answer = await fetch(address, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(10_000) });
    const simulated = await isSimulator(address.replace(/\/+$/, ""), fetch);
    const date = Date.parse(answer.headers.get("date") ?? "");
    const skew = Number.isNaN(date) ? undefined : Math.round((Date.now() - date) / 1000);
    const reached = { name: "server", ok: true, found: `${address} answers: ${simulated ? "SIMULATED" : "LIVE"}` };
    if (skew === undefined) return [reached];
    const isOff = Math.abs(skew) > 30;
    return [
      reached,
      {
        name: "clock",
        ok: !isOff,
        found: `${Math.abs(skew)} s from the server's`,
        advice: "Set this machine's clock: signed keys depend on it.",
      },
    ];
  } catch (error) {
    if (error instanceof InputError) return [{ name: "server", ok: false, found: error.message, advice }];
    return [{ name: "server", ok: false, found: `${address} does not answer (${fetchFailure(error)})`, advice }];
  }
}
