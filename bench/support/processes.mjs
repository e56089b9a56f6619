// Processes to be measured, each on a core of its own where the machine has `taskset`.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import net from "node:net";

export { freePort } from "../../tests/support/free-port.mjs";

const hasTaskset = spawnSync("taskset", ["-V"]).status === 0;

/** Lets this process, which makes the load, run on the second core only. */
export function pinSelf() {
  if (hasTaskset) spawnSync("taskset", ["-apc", "1", String(process.pid)]);
  else console.log("taskset is missing: server and load share the cores, and the figures say less.");
}

/** Whatever ends the measurement ends what it started. */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Starts Node on the first core, or where `pinned` is false on any. @returns the process, and how to end it */
export function startPinned(args, env = {}, pinned = hasTaskset) {
  const command = [process.execPath, ...args];
  const [file, ...rest] = pinned ? ["taskset", "-c", "0", ...command] : command;
  const child = spawn(file, rest, { stdio: ["ignore", "ignore", "inherit", "ipc"], env: { ...process.env, ...env } });
  running.add(child);
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.once("exit", () => running.delete(child));
  const stop = async () => {
    child.kill("SIGTERM");
    await gone;
  };
  return { child, gone, stop };
}

/** Seconds of processor time a process has had so far; undefined where the system does not tell. */
export function cpuSeconds({ pid }) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const [user, system] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13);
    // Linux counts in hundredths.
    return (Number(user) + Number(system)) / 100;
  } catch {
    return undefined;
  }
}

/** Megabytes of memory that a process holds; NaN where the system does not tell. */
export function memory({ pid }) {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}

/** Milliseconds of processor time that this process's ended children have had; Linux counts in hundredths of a second. */
export function childrenMs() {
  const stat = readFileSync("/proc/self/stat", "latin1");
  const [user, system] = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .slice(13, 15);
  return (Number(user) + Number(system)) * 10;
}

/** Resolves with the first answer to `GET path`, whatever it says; asks for half a minute. */
export async function firstAnswer(port, path = "/") {
  for (const end = performance.now() + 30_000; performance.now() < end; ) {
    const answered = await new Promise((resolve) => {
      const socket = net.connect(port, "127.0.0.1");
      socket.on("connect", () =>
        socket.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer k\r\nconnection: close\r\n\r\n`),
      );
      socket.once("data", () => resolve(true));
      socket.on("error", () => resolve(false));
      socket.on("close", () => resolve(false));
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`Nothing answers on port ${port}.`);
}
