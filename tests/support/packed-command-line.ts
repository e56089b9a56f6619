import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skipIf, skipWithout } from "./tools.js";

const picture = fileURLToPath(new URL("../../examples/coffee.png", import.meta.url));
const secret = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

/** Tests of every command as it was packed: by a machine, which reads JSON, and by a person at a terminal. */
export function describeCommandLine(binary: () => string): void {
  let server: MockServer;
  let folder: string;
  let handle = "";
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-commands-"));
    const timing = { submittedMs: 50, processingMs: 100 };
    server = await startMockServer({ port: 0, render: "none", timing, list: true });
    await writeFile(path.join(folder, "rows.csv"), "image,prompt\ncoffee.png,The steam rises\nrocket.jpg,It flies\n");
    handle = (await start(submit).ended).out.trim();
  });
  afterAll(() => server.close());

  const environment = () => ({
    ...process.env,
    ...{ LANG: "C.UTF-8", TERM: "xterm-256color", HOME: folder, KLINGKIT_CALLBACK_SECRET: secret },
    ...{ KLINGKIT_BASE_URL: server.url, KLINGKIT_STATE_DIR: path.join(folder, "state"), XDG_STATE_HOME: "" },
  });
  const run = (file: string, args: readonly string[], more: Readonly<Record<string, string>> = {}) => {
    const child = spawn(file, args, { cwd: folder, env: { ...environment(), ...more } });
    const said = { out: "", err: "" };
    child.stdout.on("data", (part: Buffer) => {
      said.out += part;
    });
    child.stderr.on("data", (part: Buffer) => {
      said.err += part;
    });
    const ended = once(child, "close").then(([code, signal]) => ({ ...said, code: code as number | null, signal }));
    return { child, said, ended };
  };
  const start = (args: readonly string[], more?: Readonly<Record<string, string>>) =>
    run(process.execPath, [binary(), ...args], more);
  /** The same on a pseudo-terminal of 80 columns. What is typed is given at once; with null more may follow. */
  const startOnTerminal = (args: readonly string[], typed: string | null = "") => {
    const words = [process.execPath, binary(), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
    const started = run("script", ["-qec", `stty cols 80 rows 24; exec ${words.join(" ")}`, "/dev/null"]);
    if (typed !== null) started.child.stdin.end(typed);
    return started;
  };

  const submit = ["submit", "text2video", "--model-name", "kling-v3", "--prompt", "A boat"];
  const rows = ["rows.csv", "--pictures", path.dirname(picture)];
  /** Command lines that end by themselves; a function where they need a handle. */
  const commands: Readonly<Record<string, () => readonly string[]>> = {
    generate: () => ["generate", picture, "--prompt", "The steam rises", "--force", "--out", "a.mp4"],
    submit: () => submit,
    call: () => ["call", "tts", "--text", "Hello", "--voice-id", "oversea_male1", "--voice-language", "en"],
    get: () => ["get", handle],
    list: () => ["list", "text2video"],
    wait: () => ["wait", handle],
    download: () => ["download", handle, "--force", "--out", "b.mp4"],
    jobs: () => ["jobs", "--simulated", "--finished"],
    resume: () => ["resume", handle],
    forget: () => ["forget", handle, "--simulated"],
    estimate: () => ["estimate", "image2video", "--mode", "pro", "--duration", "10"],
    models: () => ["models", "image2video"],
    errors: () => ["errors", "1303"],
    config: () => ["config"],
    doctor: () => ["doctor"],
    "batch plan": () => ["batch", "plan", ...rows],
    trigger: () => ["trigger", "succeed", "--to", `${server.url}/__mock/health`],
  };

  it.each(Object.keys(commands))("%s gives a machine one JSON document", async (name) => {
    const { out, err, code } = await start([...(commands[name]?.() ?? []), "--json"]).ended;
    expect(code, err).toBe(0);
    expect(Object.keys(JSON.parse(out)), out).not.toEqual([]);
    expect(out.trimEnd().split("\n")).toHaveLength(1);
  });

  it("the rest of them print what they are asked for", async () => {
    const asked = [
      ["schema", "image2video"],
      ["schema", "events", "--output"],
      ["completion", "bash"],
      ["complete", "ge"],
    ];
    const [schema, events, script, words] = await Promise.all(asked.map((args) => start(args).ended));
    expect(JSON.parse(schema?.out ?? "")).toHaveProperty("title", "image2video, request");
    expect(JSON.parse(events?.out ?? "")).toHaveProperty("oneOf");
    expect(script?.out).toContain("complete -o default -F _klingkit klingkit");
    expect(words?.out).toBe("generate\nget\n");
    const wrong = [["settle", handle, "--simulated"], ["init"], ["nonsense"]];
    const refused = await Promise.all(wrong.map((args) => start(args).ended));
    expect(refused.map(({ code }) => code)).toEqual([2, 2, 2]);
  });

  it("batch run makes each row once, and tells its events to a machine", async () => {
    const before = server.mock.ledger.charges.length;
    const run = ["batch", "run", ...rows, "--out", "batch", "--assume-absent", "--jsonl"];
    const [first, second] = [await start(run).ended, await start(run).ended];
    expect([first.code, second.code], first.err + second.err).toEqual([0, 0]);
    const events: { readonly type: string }[] = first.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(events.length).toBeGreaterThan(2);
    expect(server.mock.ledger.charges.length - before).toBe(2);
    expect(existsSync(path.join(folder, "batch/report.html"))).toBe(true);
  });

  it("worker and batch status say what they need, and how to install it", async () => {
    const fleet = ["--redis", "redis://127.0.0.1:1", "--name", "films"];
    const asked = [
      ["worker", "--help"],
      ["worker"],
      ["batch", "status", ...fleet],
      ["worker", ...fleet, "--out", "films"],
    ];
    const [help, bare, status, worker] = await Promise.all(asked.map((args) => start(args).ended));
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining("--redis <address>") });
    expect(bare).toMatchObject({ code: 2, err: expect.stringContaining("--redis <address>") });
    for (const one of [status, worker])
      expect(one).toMatchObject({
        code: 2,
        err: expect.stringContaining("Install them: npm install bullmq@6 ioredis@6"),
      });
  });

  it("listen and mock run until they are told to end, and answer in between", async () => {
    const listener = start(["listen", "--port", "0", "--json"]);
    const simulator = start(["mock", "--port", "0"]);
    try {
      const to = await saidBy(listener, /http:\S+\//);
      const sent = await start(["trigger", "failed", "--to", to, "--json"]).ended;
      expect(JSON.parse(sent.out)).toMatchObject({ status: 204, signed: true });
      expect(JSON.parse(listener.said.out)).toMatchObject({ verified: true, body: { task_status: "failed" } });
      const health = await fetch(`${await saidBy(simulator, /http:[^\s,]+/)}/__mock/health`);
      expect(await health.json()).toMatchObject({ status: "ok" });
    } finally {
      for (const { child } of [listener, simulator]) child.kill("SIGTERM");
    }
    expect([(await listener.ended).code, (await simulator.ended).code]).toEqual([0, 0]);
  });

  it("ten at once leave a whole store: each task is remembered once", async () => {
    const KLINGKIT_STATE_DIR = path.join(folder, "ten");
    const before = server.mock.ledger.charges.length;
    const all = await Promise.all(Array.from({ length: 10 }, () => start(submit, { KLINGKIT_STATE_DIR }).ended));
    expect(all.map(({ code }) => code)).toEqual(Array(10).fill(0));
    const { out } = await start(["jobs", "--simulated", "--finished", "--json"], { KLINGKIT_STATE_DIR }).ended;
    const known: string[] = JSON.parse(out).jobs.map((job: { readonly handle: string }) => job.handle);
    expect(known.sort()).toEqual(all.map((one) => one.out.trim()).sort());
    expect(server.mock.ledger.charges.length - before).toBe(10);
  });

  it("however they are ended, jobs knows every paid task, and resume --all finishes it, paid once", async () => {
    const KLINGKIT_STATE_DIR = path.join(folder, "ended");
    const before = server.mock.ledger.charges.length;
    const ends = ["SIGHUP", "SIGKILL", "SIGTERM", "SIGINT", "the reader leaves"] as const;
    const started = ends.map((end) =>
      start(["generate", picture, "--out", `${end}.mp4`, "--prompt", "[[scenario=stuck]]"], { KLINGKIT_STATE_DIR }),
    );
    const ids = await Promise.all(started.map((command) => saidBy(command, /(?<=task image2video\/)\d+/)));
    for (const [index, { child }] of started.entries()) {
      const end = ends[index];
      if (end === "the reader leaves") for (const stream of [child.stdout, child.stderr]) stream.destroy();
      else child.kill(end);
    }
    const codeOf = async (command: (typeof started)[number]) => (await command.ended).code;
    expect(await Promise.all(started.slice(0, -1).map(codeOf))).toEqual([4, null, 4, 4]);
    for (const id of ids) server.mock.tasks.succeed(id);
    // The one without a reader goes on to its end, and has nowhere to say so.
    expect(await Promise.all(started.slice(-1).map(codeOf))).toEqual([10]);
    const { code, err } = await start(["resume", "--all"], { KLINGKIT_STATE_DIR }).ended;
    const { out } = await start(["jobs", "--simulated", "--finished", "--json"], { KLINGKIT_STATE_DIR }).ended;
    const jobs: { readonly state: string; readonly file: string; readonly task_id: string }[] = JSON.parse(out).jobs;
    expect(jobs.map((job) => job.task_id).sort(), `${code} ${err}`).toEqual(ids.sort());
    expect(jobs.filter(({ state, file }) => state !== "done" || !existsSync(file))).toEqual([]);
    expect(server.mock.ledger.charges.length - before).toBe(ends.length);
    expect(server.mock.ledger.duplicates.size).toBe(0);
  });

  const { skip, note } =
    process.platform === "linux" ? skipWithout("script") : skipIf(true, "the terminal is made by Linux's script");
  describe.skipIf(skip)(`at a terminal${note}`, () => {
    it.each(Object.keys(commands))("%s shows a person words, and no JSON", async (name) => {
      const { out, code } = await startOnTerminal(commands[name]?.() ?? []).ended;
      expect(code, out).toBe(0);
      if (name !== "call") expect(out).not.toMatch(/^\{/m);
      expect(out).not.toMatch(/undefined|\[object/);
    });

    it("generate draws one line for the task, and leaves its end", async () => {
      const { out } = await startOnTerminal(["generate", picture, "--force", "--out", "c.mp4", "--no-preview"]).ended;
      expect(stripVTControlCharacters(out)).toMatch(/\[[█░]+\|[█░]+\|[█░]+\] ◌ submitted/);
      expect(out).toContain("\x1b[32m●\x1b[39m succeed");
      expect(out).not.toContain("▀");
    });

    it("Ctrl-C says how to go on, with the exit code that says that a task exists", async () => {
      const started = startOnTerminal(["generate", picture, "--prompt", "[[scenario=stuck]]", "--out", "d.mp4"], null);
      await saidBy(started, /processing/);
      started.child.stdin.write("\x03");
      const { out, code } = await started.ended;
      expect(code, out).toBe(4);
      expect(out).toMatch(/Resume with: klingkit resume image2video\/\d+/);
    });

    it("batch run shows a person what is done and what it cost", async () => {
      const { out, code } = await startOnTerminal(["batch", "run", ...rows, "--out", "films", "--assume-absent"]).ended;
      expect(code, out).toBe(0);
      expect(out).toMatch(/2 done; \$0\.42/);
      expect(out).not.toMatch(/^\{/m);
    });

    it("init asks, writes a profile and makes a first simulated run", async () => {
      const { out, code } = await startOnTerminal(["init"], `work\n\n\n\n${picture}\n`).ended;
      expect(code, out).toBe(0);
      expect(out).toContain("has the profile work");
      expect(out).toContain("SIMULATED in this process: free");
    });
  });
}

/** Waits until a command has printed this. @returns what matched */
async function saidBy(
  { said, ended }: { readonly said: { readonly out: string; readonly err: string }; readonly ended: Promise<unknown> },
  what: RegExp,
): Promise<string> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  for (;;) {
    const found = what.exec(said.out + said.err)?.[0];
    if (found !== undefined) return found;
    if (isOver) throw new Error(`It ended without ${what}: ${said.out}${said.err}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
