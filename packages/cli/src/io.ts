import type { Readable } from "node:stream";
import { cleanText } from "./clean-text.js";
import { CreatedTasks } from "./created-tasks.js";
import { Events } from "./events.js";
import { LiveRegion } from "./live-region.js";

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

interface DeviceOutput {
  /** Writes the text. The callback is told of an error, when the text was written or could not be. */
  write(text: string | Uint8Array, done?: (error?: Error | null) => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** An output that only clean text leaves, whatever a server has sent. Terminal sequences of our own go through `control`. */
export interface Output {
  /** Writes clean text. */
  write(text: string): void;
  /** Writes clean text. @throws OutputError where it can't be written */
  deliver(text: string): Promise<void>;
  /** Writes text of our own as it is: cursor movements and colours. */
  control(text: string): void;
  /** Writes bytes of a result. @throws OutputError where they can't be written */
  bytes(part: Uint8Array): Promise<void>;
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
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

/** The output can't be written: the disk is full, or the reader has gone. */
export class OutputError extends Error {
  override readonly name = "OutputError";
  readonly code: string;

  constructor(code: string) {
    super(`standard output can't be written (${code})`);
    this.code = code;
  }
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

function cleanOutput(output: DeviceOutput): Output {
  const write = (content: string | Uint8Array) =>
    new Promise<void>((resolve, reject) => {
      output.write(content, (error) => {
        if (error) reject(new OutputError("code" in error ? String(error.code) : error.message));
        else resolve();
      });
    });
  return {
    write: (text) => void output.write(cleanText(text)),
    deliver: (text) => write(cleanText(text)),
    control: (text) => void output.write(text),
    bytes: write,
    get isTTY() {
      return output.isTTY === true;
    },
    get columns() {
      return output.columns || 80;
    },
    get rows() {
      return output.rows || 24;
    },
  };
}

const endSignals: readonly EndSignal[] = ["SIGINT", "SIGTERM", "SIGHUP"];

export const processDevice: Device = {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  onInterrupt(listener) {
    const listeners = endSignals.map((signal) => [signal, () => listener(signal)] as const);
    for (const [signal, call] of listeners) process.on(signal, call);
    return () => {
      for (const [signal, call] of listeners) process.off(signal, call);
    };
  },
};
