import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";
import { image2video, minimal } from "./helpers.js";

const bin = builtFile("packages/mock-server", "dist/bin.js");

/** A simulator in a process of its own. */
export interface SimulatorProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** Ends it as the power button does. */
  kill(): Promise<void>;
  json(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: never }>;
}

/** Starts `klingkit-mock --state`. @param prefix words before `node`, such as those that set limits */
export async function startProcess(state: string, prefix: readonly string[] = []): Promise<SimulatorProcess> {
  const args = [...prefix, process.execPath, bin, "--port", "0", "--render", "none", "--state", state];
  const child = spawn(args[0] ?? "", args.slice(1), { stdio: ["ignore", "pipe", "pipe"] });
  const gone = once(child, "exit");
  onTestFinished(() => void child.kill("SIGKILL"));
  let complaint = "";
  child.stderr?.on("data", (text) => {
    complaint += String(text);
  });
  const url = await Promise.race([
    readUrl(child),
    gone.then(() => {
      throw new Error(`The simulator ended: ${complaint}`);
    }),
  ]);
  const json = async (method: string, path: string, body?: unknown) => {
    const headers = { authorization: "Bearer load-key", "content-type": "application/json" };
    const answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as never };
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await gone;
  };
  return { url, child, kill, json };
}

async function readUrl({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error("Nothing can be read from the process.");
  for await (const line of createInterface(stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0];
    if (url) return url;
  }
  return new Promise(() => {});
}

/** What callers were told. */
export interface Told {
  /** How many submits were sent; each has an own id of its own. */
  sent: number;
  /** Task ids by the callers' own ids. */
  readonly created: Map<string, string>;
  /** Ids of tasks that were made to fail. */
  readonly failed: Set<string>;
}

/** Several callers that submit, and let some of their tasks fail, until the simulator is gone. */
export async function callUntilGone({ json }: SimulatorProcess, told: Told, callers = 8): Promise<void> {
  const call = async () => {
    for (let count = 0; ; count += 1) {
      const own = `own-${told.sent++}`;
      const { status, body } = await json("POST", image2video.cometapi, { ...minimal, external_task_id: own });
      if (status !== 200) throw new Error(`A submit was refused: ${JSON.stringify(body)}`);
      const { task_id: id } = (body as { data: { task_id: string } }).data;
      told.created.set(own, id);
      if (count % 4 === 0 && (await json("POST", `/__mock/tasks/${id}/fail`, { message: "no" })).status === 200)
        told.failed.add(id);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: callers }, call));
  for (const end of ends) if (end.status === "rejected" && !(end.reason instanceof TypeError)) throw end.reason;
}
