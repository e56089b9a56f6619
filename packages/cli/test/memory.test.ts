import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { fileTaskStore } from "@klingkit/core/node";
import type { MockServerOptions } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { ioOf } from "../src/io.js";
import { run } from "../src/run.js";
import { rememberingStore } from "../src/task-memory.js";
import { contents, emptyFolder, FakeIo, klingkit, picture, simulator, until } from "./helpers.js";

const emptyRecord = {
  dialect: "kling",
  origin: "https://gateway.example",
  account: "",
  family: "text2video",
  state: "sending",
  claimedAt: 1,
  until: 1,
  updatedAt: 1,
} as const;

/** A simulator, and commands that remember in a folder of their own. */
async function remembering(given: MockServerOptions = {}) {
  const { url, mock } = await simulator(given);
  const [cwd, state] = [await emptyFolder(), await emptyFolder()];
  const options = { cwd, env: { KLINGKIT_STATE_DIR: state } };
  const at = ["--base-url", url];
  const jobs = async (...more: string[]) =>
    (await klingkit(["jobs", "--simulated", "--json", ...more], options)).json().jobs;
  return { url, mock, cwd, state, options, at, jobs };
}

/** A server that hands on what comes below `/relay`, and the question whether it is a simulator. */
async function startRelay(target: string): Promise<string> {
  const relay = createServer(async (request, response) => {
    const path = request.url?.replace(/^\/relay(?=\/)/, "") ?? "";
    if (path === request.url && path !== "/__mock/health") return void response.writeHead(404).end();
    const { method = "GET", headers } = request;
    const body = method === "GET" ? {} : { body: await buffer(request) };
    const { authorization = "", "content-type": type = "" } = headers;
    const answer = await fetch(target + path, { method, ...body, headers: { authorization, "content-type": type } });
    response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
  });
  await new Promise<void>((resolve) => relay.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void relay.close());
  onTestFinished(() => relay.closeAllConnections());
  return `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
}

describe("what a command remembers", () => {
  it("tells the own id before sending and the handle when it is known, in every mode", async () => {
    const { at, options } = await remembering();
    for (const more of [[], ["--json"]]) {
      const { err } = await klingkit(
        ["submit", "text2video", "--prompt", "boat", "--model-name", "kling-v3", ...more, ...at],
        options,
      );
      expect(err).toMatch(/\nklingkit: sending text2video\/kk-[0-9a-f]{32}\nklingkit: task text2video\/\d+\n/);
    }
  });

  it("lists a task with state, age, cost and file, and finishes it where it was meant to go", async () => {
    const { at, options, cwd, jobs, mock } = await remembering();
    const given = [
      "generate",
      picture,
      "--prompt",
      "[[scenario=stuck]]",
      "--mode",
      "pro",
      "--out",
      "films/",
      "--timeout",
      "0.2",
    ];
    const stopped = await klingkit([...given, ...at], options);
    expect(stopped.code).toBe(4);
    const [job] = await jobs();
    expect(job).toMatchObject({
      state: "running",
      usd: 0.35,
      model: "kling-v2-6",
      mode: "pro",
      file: `${path.join(cwd, "films")}/`,
    });
    expect(stopped.err).toContain(`Resume with: klingkit resume ${job.handle}`);
    mock.tasks.succeed(job.task_id);
    const elsewhere = { ...options, cwd: await emptyFolder() };
    const resumed = await klingkit(["resume", "--all", ...at], elsewhere);
    expect(resumed.code, resumed.err).toBe(0);
    expect(await contents(path.join(cwd, "films"))).toEqual([`progressive-${job.task_id}.mp4`]);
    expect(await jobs()).toEqual([]);
    expect(await jobs("--finished")).toMatchObject([{ state: "done" }]);
    expect(mock.ledger.charges).toHaveLength(1);
  });

  it("fetches a result whose download was cut off, though the task has ended", async () => {
    const { at, options, cwd, jobs, mock } = await remembering();
    mock.rules.add({ match: { verb: "result" }, prefer: "fault=html-502", times: 20 });
    const first = await klingkit(["generate", picture, "--out", "a.mp4", ...at], options);
    expect(first.code, first.err).toBe(4);
    expect(await jobs()).toMatchObject([{ state: "to download" }]);
    mock.rules.clear();
    expect((await klingkit(["resume", "--all", ...at], options)).code).toBe(0);
    expect(await contents(cwd)).toEqual(["a.mp4"]);
  });

  it("leaves nothing to finish of a task whose failure wait has told", async () => {
    const { at, options, jobs } = await remembering({ timing: { submittedMs: 50, processingMs: 800 } });
    const given = ["generate", picture, "--prompt", "[[scenario=risk-control]]", "--timeout", "0.2", ...at];
    expect((await klingkit(given, options)).code).toBe(4);
    const [job] = await jobs();
    expect(job).toMatchObject({ state: "running" });
    expect((await klingkit(["wait", job.handle, ...at], options)).code).toBe(5);
    expect(await jobs()).toEqual([]);
    const none = await klingkit(["jobs", "--simulated", "--state", "refused"], options);
    expect(none.err).toMatch(/^klingkit: No such tasks are remembered/);
  });

  it("resumes only what this address serves", async () => {
    const { options, at } = await remembering();
    await klingkit(
      ["submit", "text2video", "--prompt", "[[scenario=stuck]]", "--model-name", "kling-v3", ...at],
      options,
    );
    const other = await simulator();
    const { code, err } = await klingkit(["resume", "--all", "--base-url", other.url], options);
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringContaining(`klingkit: Nothing is left to finish at ${other.url}.\n`),
    });
  });

  it("asks the server where a task was made, without its address being given again", async () => {
    const { at, options, cwd } = await remembering({ timing: { submittedMs: 10, processingMs: 20 } });
    const made = await klingkit(["submit", "text2video", "--prompt", "boat", ...at], options);
    const handle = made.out.trim();
    const waited = await klingkit(["wait", handle, "--out", "films/"], options);
    expect(waited.code, waited.err).toBe(0);
    expect(waited.err).toContain(`klingkit: asks ${at[1]}, where it was made.`);
    expect(await contents(path.join(cwd, "films"))).toHaveLength(1);
    for (const command of ["get", "download", "resume"])
      expect((await klingkit([command, handle], options)).code, command).toBe(0);
    expect((await klingkit(["get", "text2video/829001"], options)).err).toContain("There is no API key");
  });

  it("finds the tasks of a gateway whatever the case of its address, and below the path of a relay", async () => {
    const { at, options, jobs } = await remembering({ timing: { submittedMs: 10, processingMs: 20 } });
    const submit = (to: string) =>
      klingkit(["submit", "text2video", "--prompt", "boat", "--base-url", to], options).then(({ out }) => out.trim());
    const shouted = String(at[1]).replace("http://127.0.0.1", "HTTP://LocalHost");
    const handle = await submit(`${shouted}/`);
    const resumed = await klingkit(["resume", "--all", "--base-url", `${shouted}/`], options);
    expect([resumed.code, resumed.out], resumed.err).toEqual([0, `${handle}  succeed\n`]);
    const relay = `${await startRelay(String(at[1]))}/relay`;
    const [one, other] = [await submit(relay), await submit(relay)];
    const asked = await klingkit(["wait", one], options);
    expect(asked.code, asked.err).toBe(0);
    expect(asked.err).toContain(`klingkit: asks ${relay}, where it was made.`);
    expect((await klingkit(["jobs", "--simulated"], options)).err).toContain(
      `klingkit resume --all --base-url ${relay}\n`,
    );
    const rest = await klingkit(["resume", "--all", "--base-url", relay], options);
    expect([rest.code, rest.out], rest.err).toEqual([0, expect.stringContaining(`${other}  succeed\n`)]);
    expect(await jobs()).toEqual([]);
  });

  it("asks the only server that has tasks left, where the usual one has none", async () => {
    const { at, options, mock } = await remembering({ timing: { submittedMs: 10, processingMs: 20 } });
    for (const prompt of ["boat", "coat"]) await klingkit(["submit", "text2video", "--prompt", prompt, ...at], options);
    const { code, err } = await klingkit(["resume", "--all"], options);
    expect(code, err).toBe(0);
    expect(err).toContain(`klingkit: asks ${at[1]}, where they were made.`);
    expect(err.match(/ succeed/g)).toHaveLength(mock.ledger.charges.length);
  });

  it("puts several results into one folder, and never one over the other", async () => {
    const { at, options, cwd } = await remembering();
    for (const prompt of ["boat", "coat"]) await klingkit(["submit", "text2video", "--prompt", prompt, ...at], options);
    const { code, err } = await klingkit(["resume", "--all", "--out", "films", "--force", ...at], options);
    expect(code, err).toBe(0);
    expect((await contents(path.join(cwd, "films"))).filter((name) => name.endsWith(".mp4"))).toHaveLength(2);
  });

  it("needs no key where nothing is left to finish", async () => {
    const { code, err } = await klingkit(["resume", "--all"], { env: { KLINGKIT_STATE_DIR: await emptyFolder() } });
    expect(code).toBe(0);
    expect(err).toBe("klingkit: Nothing is left to finish at https://api.cometapi.com.\n");
  });

  it("says how to fetch the result of a task that was submitted without a place for it", async () => {
    const { at, options } = await remembering({ timing: { submittedMs: 10, processingMs: 20 } });
    const handle = (await klingkit(["submit", "text2video", "--prompt", "boat", ...at], options)).out.trim();
    const { code, err } = await klingkit(["resume", "--all", ...at], options);
    expect(code, err).toBe(0);
    expect(err).toContain(`no file was asked for; fetch its result with: klingkit download ${handle}`);
  });

  it("says by which command tasks of another server are finished, where nothing or no key is found for this one", async () => {
    const { url, at, options } = await remembering();
    const handle = (
      await klingkit(["submit", "text2video", "--prompt", "x", "--model-name", "kling-v3", ...at], options)
    ).out.trim();
    const command = `klingkit resume --all --base-url ${url}\n`;
    expect((await klingkit(["jobs"], options)).err).toContain(
      "1 unfinished on simulators: klingkit jobs --simulated\n",
    );
    expect((await klingkit(["jobs", "--simulated"], options)).err).toContain(`finish them with: ${command}`);
    const other = await simulator();
    for (const args of [
      ["resume", "--all", "--dialect", "kling"],
      ["resume", handle, "--base-url", other.url],
      ["resume", "--all", "--base-url", other.url],
    ])
      expect((await klingkit(args, options)).err, args.join(" ")).toContain(
        `tasks of another server are finished with: ${command}`,
      );
    expect((await klingkit(["resume", "--all", ...at], options)).err).not.toContain("another server");
  });

  it("keeps simulated tasks apart from live ones", async () => {
    const { at, options, jobs } = await remembering();
    await klingkit(["submit", "text2video", "--prompt", "x", "--model-name", "kling-v3", ...at], options);
    expect((await klingkit(["jobs", "--json"], options)).json().jobs).toEqual([]);
    expect(await jobs()).toHaveLength(1);
  });

  it.skipIf(process.getuid?.() === 0)("warns once where its folder can't be written, and goes on", async () => {
    const { at, options, state } = await remembering();
    await chmod(state, 0o500);
    const { code, err } = await klingkit(
      ["submit", "text2video", "--prompt", "x", "--model-name", "kling-v3", ...at],
      options,
    );
    expect(code).toBe(0);
    expect(err.match(/will not be remembered/g)).toHaveLength(1);
  });

  it("warns once where its folder is a file, tells the ids, and goes on", async () => {
    const { at, options } = await remembering();
    const file = path.join(options.cwd, "a-file");
    await writeFile(file, "");
    const { code, err } = await klingkit(["submit", "text2video", "--prompt", "x", "--model-name", "kling-v3", ...at], {
      ...options,
      env: { KLINGKIT_STATE_DIR: file },
    });
    expect({ code, warnings: err.match(/will not be remembered/g)?.length }).toEqual({ code: 0, warnings: 1 });
    expect(err).toMatch(/klingkit: task text2video\/\d+\n/);
  });

  it("warns once where its disk is full, tells the ids, and goes on", async () => {
    const io = new FakeIo();
    const full = Promise.reject(new Error("The disk is full."));
    full.catch(() => {});
    const broken = { claim: () => full, update: () => full, find: async () => undefined, list: async () => [] };
    const memory = async () => ({ store: broken, folder: await emptyFolder() });
    const store = rememberingStore(ioOf(io), memory, () => ({}));
    const record = { ...emptyRecord, external_task_id: "kk-1" };
    expect(await store.claim(record)).toBeUndefined();
    await store.update({ ...record, state: "accepted", task_id: "77" });
    expect(io.err.match(/will not be remembered.*The disk is full\./g)).toHaveLength(1);
    expect(io.err).toContain("klingkit: task text2video/77\n");
  });

  it("settles an outcome that nobody could tell, by what a person found out, and never before the sender is done", async () => {
    const { at, options, jobs, mock } = await remembering({ externalIdLookup: false });
    const args = [
      "submit",
      "avatar",
      "--image",
      picture,
      "--audio-id",
      "1",
      "--prompt",
      "[[fault=reset-after-accept]]",
    ];
    const { code, err } = await klingkit([...args, ...at], options);
    expect(code, err).toBe(7);
    const [job] = await jobs();
    expect(job).toMatchObject({ state: "unknown", task_id: null });
    const how = await klingkit(["settle", job.handle, "--simulated"], options);
    expect({ code: how.code, says: how.err }).toEqual({
      code: 2,
      says: expect.stringContaining("--absent where there is none, or --task <id>"),
    });
    const [task] = mock.tasks.newestFirst();
    await klingkit(["settle", job.handle, "--task", String(task?.id), "--simulated"], options);
    const [settled] = await jobs();
    // The sender may still have been sending until its time limit: then it is refused.
    expect(["unknown", "running"]).toContain(settled.state);
  });

  it("settles to the end: a task that was found goes on, one that is absent is done with", async () => {
    const { url, at, options, state, jobs } = await remembering({ externalIdLookup: false });
    const args = ["submit", "avatar", "--image", picture, "--audio-id", "1", "--prompt", "x", "--json", ...at];
    const elsewhere = { ...options, env: { KLINGKIT_STATE_DIR: await emptyFolder() } };
    const { handle, task_id, external_task_id: ownId } = (await klingkit(args, elsewhere)).json();
    // Their sender is long gone, so that a word about them is taken at once.
    const store = fileTaskStore(path.join(state, "simulated"));
    const unknown = { ...emptyRecord, dialect: "cometapi", origin: url, family: "avatar", state: "unknown" } as const;
    for (const external_task_id of [ownId, "kk-absent"]) await store.claim({ ...unknown, external_task_id });
    const found = await klingkit(["settle", `avatar/${ownId}`, "--task", task_id], options);
    expect(found, found.err).toMatchObject({ code: 0, out: `${handle}  running\n` });
    const absent = await klingkit(["settle", "avatar/kk-absent", "--absent"], options);
    expect(absent, absent.err).toMatchObject({ code: 0, out: "avatar/kk-absent  refused\n" });
    const finished = await klingkit(["resume", "--all", "--out", "film.mp4", ...at], options);
    expect(finished, finished.err).toMatchObject({ code: 0, out: `${path.join(options.cwd, "film.mp4")}\n` });
    expect(await jobs()).toEqual([]);
  });

  it("forgets what is asked of it, and nothing else", async () => {
    const { at, options, jobs } = await remembering();
    for (const prompt of ["a", "b"])
      await klingkit(
        ["submit", "text2video", "--prompt", `[[scenario=stuck]] ${prompt}`, "--model-name", "kling-v3", ...at],
        options,
      );
    const [first, second] = await jobs();
    expect((await klingkit(["forget", first.handle, "--simulated"], options)).code).toBe(0);
    expect(await jobs()).toMatchObject([{ handle: second.handle }]);
    expect((await klingkit(["forget", "text2video/404", "--simulated"], options)).code).toBe(2);
  });

  it("writes no key and no picture", async () => {
    const { at, options, state } = await remembering();
    const env = { ...options.env, COMETAPI_KEY: "sk-canary-000111222" };
    await klingkit(["generate", picture, "--out", "a.mp4", ...at], { ...options, env });
    const files = (await contents(state)).filter((name) => name.endsWith(".jsonl"));
    const text = (await Promise.all(files.map((name) => readFile(path.join(state, name), "utf8")))).join("");
    expect(text).toContain("kling-v2-6");
    expect(text).not.toContain("canary");
    expect(text.length).toBeLessThan(10_000);
  });
});

describe("a result that can't be written", () => {
  it.each(["ENOSPC", "EPIPE"])("is printed on stderr, with exit code 10 (%s)", async (stdoutError) => {
    const { at, options, mock } = await remembering();
    const { code, err } = await klingkit(["submit", "text2video", "--prompt", "x", "--model-name", "kling-v3", ...at], {
      ...options,
      stdoutError,
    });
    const [task] = mock.tasks.newestFirst();
    expect(code).toBe(10);
    expect(err).toContain(`\ntext2video/${task?.id}\n`);
  });

  it("does not matter where nothing was paid for and the reader has left", async () => {
    expect(await klingkit(["models"], { stdoutError: "EPIPE" })).toMatchObject({ code: 0, err: "" });
    expect((await klingkit(["models"], { stdoutError: "ENOSPC" })).code).toBe(10);
  });
});

it("SIGHUP ends a command as SIGTERM does, with the handle", async () => {
  const { url, mock } = await remembering();
  const io = new FakeIo({ cwd: await emptyFolder() });
  const ended = run(["generate", picture, "--base-url", url, "--prompt", "[[scenario=stuck]]"], io);
  await until(() => mock.requests.list().some(({ route }) => route === "image2video.get"));
  io.interrupt("SIGHUP");
  expect(await ended).toBe(4);
  expect(io.err).toMatch(/Resume with: klingkit resume image2video\/\d+/);
});

describe("several pictures", () => {
  it("become several videos, each remembered under its own name", async () => {
    const { at, options, cwd, jobs } = await remembering();
    await mkdir(path.join(cwd, "in"));
    const names = ["one.jpg", "two.jpg", "three.jpg"];
    for (const name of names) await writeFile(path.join(cwd, "in", name), await readFile(picture));
    const { code, json, err } = await klingkit(
      ["generate", ...names.map((name) => `in/${name}`), "--out", "out", "--jobs", "2", "--json", ...at],
      options,
    );
    expect(code, err).toBe(0);
    const { results } = json();
    expect(results).toHaveLength(3);
    for (const { image, files } of results)
      expect(path.basename(files[0])).toMatch(new RegExp(`^${path.parse(image).name}-\\d+\\.mp4$`));
    expect(await contents(path.join(cwd, "out"))).toHaveLength(3);
    expect(await jobs()).toEqual([]);
  });

  it("go on behind the end of no command: what has begun is finished after one could not be printed, and no other begins", async () => {
    const { at, options, mock } = await remembering();
    mock.rules.add({ match: { verb: "submit" }, prefer: "delay=400", times: 1 });
    const pictures = Array.from({ length: 8 }, () => picture);
    const given = { ...options, stdoutError: "ENOSPC" };
    const { code } = await klingkit(["generate", ...pictures, "--jobs", "2", "--out", "films", ...at], given);
    const films = (await contents(options.cwd)).filter((name) => name.endsWith(".mp4"));
    expect([code, films.length, mock.ledger.charges.length]).toEqual([10, 2, 2]);
  });

  it("are refused together where their price is above the budget", async () => {
    const { at, options, mock } = await remembering();
    const { code, err } = await klingkit(["generate", picture, picture, "--budget", "0.3", ...at], options);
    expect({ code, tasks: mock.tasks.size }).toEqual({ code: 2, tasks: 0 });
    expect(err).toMatch(/cost about \$0\.42, more than --budget \$0\.3/);
  });
});
