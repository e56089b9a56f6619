import { createInterface } from "node:readline/promises";
import type { Io } from "../io.js";

/** Whether somebody sits at the terminal who can answer. */
export function canAsk({ stdin, stderr }: Io): boolean {
  return stdin.isTTY === true && stderr.isTTY;
}

/** Asks on the terminal; anything but yes means no, and so does the end of the input. @throws the signal's reason on abort */
export async function ask(io: Io, question: string, signal: AbortSignal): Promise<boolean> {
  io.stderr.write(`${question} [y/N] `);
  const lines = createInterface({ input: io.stdin });
  const end = () => lines.close();
  signal.addEventListener("abort", end);
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    signal.throwIfAborted();
    return false;
  } finally {
    signal.removeEventListener("abort", end);
    lines.close();
  }
}
