import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { run } from "../src/run.js";
import { FakeIo, klingkit, picture, until } from "./helpers.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-batch-cli-"));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

const timing = { submittedMs: 20, processingMs: 50 };
const write = (name: string, ...lines: readonly string[]) => writeFile(path.join(folder, name), lines.join("\n"));
/** The environment with a profile in effect. */
async function profile(settings: object) {
  const file = path.join(folder, "config.json");
  await writeFile(file, JSON.stringify({ profiles: { test: settings } }));
  return { KLINGKIT_CONFIG: file, KLINGKIT_PROFILE: "test" };
}
const batch = (...args: readonly string[]) => klingkit(["batch", ...args], { cwd: folder });

describe("klingkit batch plan", () => {
  it("says what a run would make, cost and take, and sends nothing", async () => {
    await write("jobs.csv", "id,image", "a,https://cdn.example.com/a.png", "b,https://cdn.example.com/b.png");
    const { code, out } = await batch("plan", "jobs.csv", "--cap", "1", "--duration", "10");
    expect(code).toBe(0);
    expect(out).toMatch(/^rows +2\nto pay +2\nprice +6 units, \$0\.84\ntime +about \d+ min\n$/);
    const { out: json } = await batch("plan", "jobs.csv", "--json");
    expect(JSON.parse(json)).toMatchObject({ name: "jobs", rows: 2, toPay: 2, usd: 0.42 });
    expect(await readdir(folder)).toEqual(["jobs.csv"]);
  });

  it("says with its exit code that it could not be printed", async () => {
    await write("jobs.csv", "id,image", "a,https://cdn.example.com/a.png");
    const { code } = await klingkit(["batch", "plan", "jobs.csv"], { cwd: folder, stdoutError: "ENOSPC" });
    expect(code).toBe(10);
  });

  it("takes names of families as all commands write them, and no default that no family has", async () => {
    await write("jobs.jsonl", '{"id":"a","image_list":[{"image":"https://cdn.example.com/a.png"}],"prompt":"slow"}');
    const planned = await batch("plan", "jobs.jsonl", "--family", "multi-image2video", "--model-name", "kling-v1-6");
    expect(planned.err).not.toContain("There is no family");
    await write("defaults.json", '{"promt":"slow pan"}');
    const { code, err } = await batch("plan", "jobs.jsonl", "--body", "defaults.json");
    expect([code, err]).toEqual([2, expect.stringContaining('No family has a field "promt". Did you mean prompt?')]);
  });

  it("names a batch by its whole output folder, so that shoot.1 and shoot.2 share no task", async () => {
    await write("jobs.csv", "id,image", "a,https://cdn.example.com/a.png");
    for (const name of ["shoot.1", "shoot.2"])
      expect(JSON.parse((await batch("plan", "jobs.csv", "--json", "--out", name)).out).name).toBe(name);
  });

  it("tells all problems of a manifest at once, and the run writes nothing either", async () => {
    await write("jobs.csv", "id,image,promt", "a,../secret.png,x", "a,gone.png,y");
    for (const args of [
      ["plan", "jobs.csv"],
      ["run", "jobs.csv", "--out", "videos", "--mock"],
    ]) {
      const { code, err } = await batch(...args);
      expect(code).toBe(2);
      for (const text of [
        "line 2, row a: ../secret.png lies outside",
        "Did you mean prompt?",
        "line 3, row a: There is no file gone.png",
        "The id is there twice",
        "There are 4 problems in jobs.csv; nothing was sent",
      ])
        expect(err).toContain(text);
    }
    expect(await readdir(folder)).toEqual(["jobs.csv"]);
  });

  it("tells each problem in one line, which no cell of the table can end", async () => {
    await write("jobs.csv", 'image,duration\nhttps://cdn.example.com/a.png,"x\nklingkit: 1 done"');
    const { err } = await batch("plan", "jobs.csv");
    expect(err.trimEnd().split("\n")).toEqual([
      expect.stringContaining("'x klingkit: 1 done' is invalid"),
      expect.stringContaining("There is a problem in jobs.csv"),
    ]);
  });
});

describe("klingkit batch run", () => {
  it("goes to the server of the profile, as every paid command does", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const env = await profile({ dialect: "kling", baseUrl: server.url });
    const { code, err } = await klingkit(["batch", "run", "jobs.jsonl", "--out", "videos"], { cwd: folder, env });
    expect([code, server.mock.ledger.charges.length], err).toEqual([0, 1]);
    expect(err).toContain(`SIMULATED ${server.url}`);
    const fleet = ["--redis", "redis://127.0.0.1:1", "--name", "n", "--out", "videos"];
    for (const args of [
      ["batch", "plan", "jobs.jsonl"],
      ["batch", "submit", "jobs.jsonl", ...fleet],
      ["worker", ...fleet],
    ]) {
      const wrong = await klingkit(args, { cwd: folder, env: { ...env, KLINGKIT_PROFILE: "other" } });
      expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining('has no profile "other"') });
    }
  });

  it("takes no row of a simulated run for one that was paid for", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, render: "none", timing });
    const simulated = await batch("run", "jobs.jsonl", "--out", "videos", "--mock");
    expect(simulated.code, simulated.err).toBe(0);
    const { code, err } = await batch("run", "jobs.jsonl", "--out", "videos", "--base-url", server.url);
    expect([code, server.mock.ledger.charges.length]).toEqual([2, 0]);
    expect(err).toContain("videos holds a batch of https://mock.klingkit.invalid, and this run goes to http://127");
  });

  it("says before it sends anything that its folder can't be written to", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const to = ["--dialect", "kling", "--base-url", server.url];
    const { code, err } = await batch("run", "jobs.jsonl", "--out", "/proc/klingkit/videos", ...to);
    expect([code, server.mock.ledger.charges.length]).toEqual([2, 0]);
    expect(err).toContain("klingkit: The output folder /proc/klingkit/videos can't be written to (ENOENT)");
  });

  it("ends with a code of its own when only the report could not be written", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await mkdir(path.join(folder, "videos", "report.html"), { recursive: true });
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const to = ["--dialect", "kling", "--base-url", server.url];
    const { code, out, err } = await batch("run", "jobs.jsonl", "--out", "videos", ...to);
    expect([code, out]).toEqual([10, ""]);
    expect(err).toMatch(
      /report\.html could not be written \(EISDIR\)\.\n1 done; .*\nklingkit: Every row has its result\./s,
    );
  });

  it("advises to edit no row that is paid for, and says why its result is not there", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await mkdir(path.join(folder, "videos"));
    await writeFile(path.join(folder, "videos", "a.mp4"), "a family film");
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const args = ["run", "jobs.jsonl", "--out", "videos", "--dialect", "kling", "--base-url", server.url];
    const { code, err } = await batch(...args);
    expect(code).toBe(8);
    expect(err).toMatch(
      /klingkit: row a is paid for, and its result is not saved: .*a\.mp4 exists\. .*Move it elsewhere/,
    );
    expect(err).toContain("klingkit: Not every row has its result. The same command goes on where it stopped.\n");
    await rm(path.join(folder, "videos", "a.mp4"));
    expect((await batch(...args)).code).toBe(0);
    expect(server.mock.ledger.charges).toHaveLength(1);
  });

  it("says with its exit code that its result could not be printed", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    for (const more of [[], ["--jsonl"]]) {
      const args = ["batch", "run", "jobs.jsonl", "--out", `videos${more}`, "--mock", ...more];
      const { code, err } = await klingkit(args, { cwd: folder, stdoutError: "ENOSPC" });
      expect([code, err]).toEqual([10, expect.stringContaining("standard output can't be written (ENOSPC)")]);
    }
  });

  it("animates a folder of pictures, once", async () => {
    await copyFile(picture, path.join(folder, "cup.jpg"));
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const args = [
      "run",
      ".",
      "--out",
      "videos",
      "--prompt",
      "{name}, slow pan",
      "--dialect",
      "kling",
      "--base-url",
      server.url,
    ];
    const first = await batch(...args, "--cap", "2");
    expect([first.code, first.out]).toEqual([0, `${path.join(folder, "videos", "report.html")}\n`]);
    expect(first.err).toMatch(
      /^SIMULATED .*: free \(live: 1 of 1 rows to pay, about 1\.5 units \(\$0\.21\)\)\n1 done; \$0\.21/,
    );
    expect((await readdir(path.join(folder, "videos"))).sort()).toEqual([".klingkit", "cup.mp4", "report.html"]);
    const again = await batch(...args, "--jsonl");
    expect(again.code).toBe(0);
    expect(again.out.split("\n").map((line) => (line ? JSON.parse(line) : undefined))).toMatchObject([
      { type: "row-ended", id: "cup", state: "skipped", files: ["cup.mp4"] },
      { type: "summary", counts: { skipped: 1 } },
      undefined,
    ]);
    expect(server.mock.ledger.charges).toHaveLength(1);
  });

  it("names the manifest of failed rows, which runs again once it is edited", async () => {
    await write(
      "jobs.jsonl",
      '{"id":"a","image":"https://cdn.example.com/a.png","prompt":"[[scenario=risk-control]]"}',
    );
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const server_ = ["--out", "videos", "--dialect", "kling", "--base-url", server.url];
    const { code, err } = await batch("run", "jobs.jsonl", ...server_);
    expect(code).toBe(8);
    expect(err).toMatch(/Rows that failed are in .*failed\.jsonl: edit it, and run it\.\n/);
    const failed = path.join(folder, "videos", "failed.jsonl");
    await writeFile(failed, (await readFile(failed, "utf8")).replace("[[scenario=risk-control]]", "slow pan"));
    const edited = await batch("run", "videos/failed.jsonl", ...server_);
    // It has failed, so nothing was paid for it.
    expect(edited.err).not.toContain("paid for again");
    expect(edited.code).toBe(0);
  });

  it("says where the pictures of failed rows are, so that failed.jsonl runs", async () => {
    await copyFile(picture, path.join(folder, "cup.jpg"));
    await write("jobs.jsonl", '{"image":"cup.jpg","prompt":"[[scenario=risk-control]]"}');
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const to = ["--out", "videos", "--dialect", "kling", "--base-url", server.url];
    const { err } = await batch("run", "jobs.jsonl", ...to);
    const [, manifest = "", pictures = ""] =
      /in (\S+failed\.jsonl): edit it, and run it with --pictures (\S+)\./.exec(err) ?? [];
    await writeFile(manifest, (await readFile(manifest, "utf8")).replace("[[scenario=risk-control]]", "slow pan"));
    const edited = await batch("run", manifest, "--pictures", pictures, ...to);
    expect(edited.code, edited.err).toBe(0);
  });

  it("takes the fields that all rows share from standard input", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const args = ["batch", "run", "jobs.jsonl", "--out", "videos", "--dialect", "kling", "--base-url", server.url];
    const { code, err } = await klingkit([...args, "--body", "-"], {
      cwd: folder,
      stdin: '{"mode":"pro","duration":"10"}',
    });
    expect([code, err], err).toEqual([0, expect.stringContaining("1 done; $0.70")]);
  });

  it("asks before it pays for rows that only another folder could know, at CometAPI", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, render: "none", timing });
    const args = ["run", "jobs.jsonl", "--out", "videos", "--base-url", server.url];
    const { code, err } = await batch(...args);
    expect([code, server.mock.ledger.charges.length]).toEqual([2, 0]);
    expect(err).toContain("--assume-absent");
    expect((await batch(...args, "--assume-absent")).code).toBe(0);
  });

  it("speaks of no task where it can't be found out whether a row was paid for", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, render: "none", timing });
    server.mock.rules.add({ match: { method: "GET" }, prefer: "fault=html-502" });
    const { code, err } = await batch("run", "jobs.jsonl", "--out", "videos", "--base-url", server.url);
    expect([code, server.mock.ledger.charges.length], err).toEqual([9, 0]);
    expect(err).not.toContain("klingkit resume");
  });

  it("asks at a terminal about rows that are not found, and shows a table of how it goes", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, render: "none", timing });
    const runs = async (stdin: string) => {
      const io = new FakeIo({ cwd: folder, columns: 60, stdin });
      Object.assign(io.stdin, { isTTY: true });
      const code = await run(["batch", "run", "jobs.jsonl", "--out", "videos", "--base-url", server.url], io);
      return { code, err: io.err };
    };
    const no = await runs("\n");
    expect([no.code, server.mock.ledger.charges.length]).toEqual([2, 0]);
    expect(no.err).toContain("row a was paid for by another folder or machine. Pay for them now? [y/N]");
    const yes = await runs("y\n");
    expect([yes.code, server.mock.ledger.charges.length]).toEqual([0, 1]);
    const table = yes.err.slice(yes.err.lastIndexOf("\r\x1b[2K")).split("\n");
    expect(table.slice(0, 3)).toEqual([expect.stringMatching(/● done {5}1 of 1$/), "◐ running  0", "✕ failed   0"]);
    expect(table[3]).toMatch(/rate {5}[\d.]+ a minute · \$0\.\d\d · 0 s left/);
  });

  it("ends at the first Ctrl-C where it asks, with the code that says that nothing was sent", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    await using server = await startMockServer({ port: 0, render: "none", timing });
    const io = new FakeIo({ cwd: folder, columns: 80 });
    Object.assign(io, { stdin: Object.assign(new PassThrough(), { isTTY: true }) });
    const running = run(["batch", "run", "jobs.jsonl", "--out", "videos", "--base-url", server.url], io);
    await until(() => io.err.includes("[y/N]"));
    io.interrupt();
    expect([await running, server.mock.ledger.charges.length]).toEqual([130, 0]);
    expect(io.err).not.toContain("klingkit resume");
  });

  it("ends at the third Ctrl-C with the code for tasks that are not finished", async () => {
    await write("jobs.jsonl", '{"id":"a","image":"https://cdn.example.com/a.png"}');
    const slow = { submittedMs: 20, processingMs: 60_000 };
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing: slow });
    const exit = vi.spyOn(process, "exit").mockImplementation((() => {}) as never);
    onTestFinished(() => exit.mockRestore());
    const io = new FakeIo({ cwd: folder });
    const to = ["--out", "videos", "--dialect", "kling", "--base-url", server.url];
    const running = run(["batch", "run", "jobs.jsonl", ...to], io);
    await until(() => server.mock.ledger.charges.length === 1);
    for (let times = 0; times < 3; times += 1) io.interrupt();
    expect([exit.mock.calls, await running]).toEqual([[[4]], 4]);
  });

  it("sends nothing new after Ctrl-C, and waits for what is under way", async () => {
    await write(
      "jobs.jsonl",
      ...[1, 2, 3, 4].map((id) => JSON.stringify({ id, image: `https://cdn.example.com/${id}.png` })),
    );
    await using server = await startMockServer({ port: 0, dialect: "kling", render: "none", timing });
    const io = new FakeIo({ cwd: folder });
    const running = run(
      ["batch", "run", "jobs.jsonl", "--out", "videos", "--cap", "1", "--dialect", "kling", "--base-url", server.url],
      io,
    );
    await until(() => server.mock.requests.list().some(({ method }) => method === "POST"));
    io.interrupt();
    const code = await running;
    const { err } = io;
    expect(err).toMatch(/nothing new is sent/);
    expect(err).toMatch(/1 done, 3 not started/);
    expect([code, server.mock.ledger.charges.length]).toEqual([8, 1]);
  });
});
