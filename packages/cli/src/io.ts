import type { Readable } from "node:stream";
import { CreatedTasks } from "./created-tasks.js";
import { Events } from "./events.js";
import { LiveRegion } from "./live-region.js";
import { cleanOutput, type DeviceOutput, type Output } from "./output.js";

/** Signals that ask a command to end. */
export type EndSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** The outside world; tests pass their own. */
export interface Device {
  readonly stdout: DeviceOutput;
  readonly stderr: DeviceOutput;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly cwd: string;
  /** Calls back on Ctrl-C, SIGTERM or SIGHUP; the returned function ends that. */
  onInterrupt(listener: (signal: EndSignal) => void): () => void;
}

/** The outside world as the commands see it: nothing but clean text leaves. */
export interface Io extends Omit<Device, "stdout" | "stderr"> {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Name of the environment variable with the key, where a profile names one. */
  readonly keyVariable?: string;
  /** Tasks that this run has made, or may have made. */
  readonly created: CreatedTasks;
  /** Lines of `--jsonl`. */
  readonly events: Events;
  /** The lines of the terminal that show progress. */
  readonly live: LiveRegion;
}

export function ioOf(device: Device): Io {
  const [stdout, stderr] = [cleanOutput(device.stdout), cleanOutput(device.stderr)];
  return {
    stdin: device.stdin,
    env: device.env,
    cwd: device.cwd,
    onInterrupt: (listener) => device.onInterrupt(listener),
    stdout,
    stderr,
    created: new CreatedTasks(),
    events: new Events(stdout),
    live: new LiveRegion(stderr),
  };
}

/** The system names no folder that was removed meanwhile; the shell remembers it. */
function workingFolder(): string {
  try {
    return process.cwd();
  } catch {
    return process.env.PWD || "/";
  }
}

const endSignals: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export const processDevice: Device = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  get cwd() {
    return workingFolder();
  },
  onInterrupt(listener) {
    const listeners = endSignals.map((signal) => [signal, () => listener(signal)] as const);
    for (const [signal, call] of listeners) process.on(signal, call);
    return () => {
      for (const [signal, call] of listeners) process.off(signal, call);
    };
  },
};
