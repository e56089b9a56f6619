import { mkdtempSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type MockServerOptions, startMockServer } from "@klingkit/mock-server/node";
import { afterAll, onTestFinished } from "vitest";
import type { Device, EndSignal } from "../src/io.js";
import { run } from "../src/run.js";

export const fixture = (name: string) => fileURLToPath(new URL(`./fixtures/${name}`, import.meta.url));
export const picture = fixture("progressive.jpg");

/** A key that must not be seen anywhere. */
export const canary = "sk-canary-8a1f0c2b7d";

/** What the commands of this test file remember. */
const stateFolder = mkdtempSync(path.join(os.tmpdir(), "klingkit-state-"));
afterAll(() => rm(stateFolder, { recursive: true, force: true }));

export interface IoOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Standard input is a terminal. */
  readonly isTerminal?: boolean;
  /** Width of the terminal that stderr is; not a terminal where absent. */
  readonly columns?: number;
  /** Standard output is a terminal. */
  readonly toTerminal?: boolean;
  /** Code of the error that every write to stdout ends in. */
  readonly stdoutError?: string;
  /** Called with each text written to stderr. */
  readonly onStderr?: (text: string) => void;
}

/** The outside world of one command, with what it printed. */
export class FakeIo implements Device {
  out = "";
  err = "";
  readonly stdin: Readable & { isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly stdout;
  readonly stderr;
  readonly #listeners = new Set<(signal: EndSignal) => void>();

  constructor(options: IoOptions = {}) {
    this.cwd = options.cwd ?? os.tmpdir();
    this.env = { LANG: "C.UTF-8", KLINGKIT_STATE_DIR: stateFolder, ...options.env };
    this.stdin = Object.assign(Readable.from([options.stdin ?? ""]), { isTTY: options.isTerminal === true });
    this.stdout = {
      isTTY: options.toTerminal === true,
      write: (text: string | Uint8Array, done?: (error?: Error) => void) => {
        if (options.stdoutError === undefined)
          this.out += typeof text === "string" ? text : Buffer.from(text).toString("latin1");
        done?.(
          options.stdoutError === undefined
            ? undefined
            : Object.assign(new Error("write"), { code: options.stdoutError }),
        );
      },
    };
    this.stderr = {
      ...(options.columns === undefined ? {} : { isTTY: true, columns: options.columns }),
      write: (text: string | Uint8Array) => {
        this.err += String(text);
        options.onStderr?.(String(text));
      },
    };
  }

  onInterrupt(listener: (signal: EndSignal) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  interrupt(signal: EndSignal = "SIGINT"): void {
    for (const listener of this.#listeners) listener(signal);
  }

  get isListening(): boolean {
    return this.#listeners.size > 0;
  }
}

/** Runs one command to its end. */
export async function klingkit(args: readonly string[], options: IoOptions = {}) {
  const io = new FakeIo(options);
  const code = await run(args, io);
  return { code, out: io.out, err: io.err, json: () => JSON.parse(io.out) };
}

/** A folder of the test's own. */
export async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Every file and folder below a folder. */
export async function contents(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).sort();
}

/** A simulator on a port whose tasks last a moment. */
export async function simulator(options: MockServerOptions = {}) {
  const server = await startMockServer({
    port: 0,
    render: "none",
    timing: { submittedMs: 50, processingMs: 100 },
    ...options,
  });
  onTestFinished(() => server.close().catch(() => {}));
  return server;
}

/** A server that counts what reaches it, and refuses it. */
export async function countingServer() {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(400).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** A server that answers every request with this task, and the keys that it got. */
export async function answering(task: object) {
  const keys: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/kling/")) keys.push(request.headers.authorization);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ code: 0, message: "SUCCEED", data: task }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, keys };
}

/** Goes on as soon as the condition holds; the test's own time limit ends it otherwise. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}
