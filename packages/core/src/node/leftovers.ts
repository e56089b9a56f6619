import { rmSync } from "node:fs";

/** Files that must not outlive the process. */
const leftovers = new Set<string>();
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Removes the file when the process ends, also by Ctrl-C, unless it is forgotten before. */
export function rememberLeftover(file: string): void {
  if (leftovers.size === 0) {
    process.on("exit", removeAll);
    for (const signal of signals) process.on(signal, onSignal);
  }
  leftovers.add(file);
}

export function forgetLeftover(file: string): void {
  leftovers.delete(file);
  if (leftovers.size > 0) return;
  process.off("exit", removeAll);
  for (const signal of signals) process.off(signal, onSignal);
}

function removeAll(): void {
  for (const file of leftovers) rmSync(file, { force: true });
}

/**
 * Without this listener the signal would have ended the process, so it does so now; others may have their own plans. It leaves
 * first: two copies of klingkit, each waiting for the other, would keep the process alive.
 */
function onSignal(signal: NodeJS.Signals): void {
  process.off(signal, onSignal);
  if (process.listenerCount(signal) > 0) return;
  removeAll();
  process.kill(process.pid, signal);
}
