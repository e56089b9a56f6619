import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { MockServerOptions } from "@klingkit/mock-server/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { run } from "../src/run.js";
import { emptyFolder, FakeIo, klingkit, picture, simulator, until } from "./helpers.js";

async function generate(prompt: string, more: readonly string[] = [], options: MockServerOptions = {}) {
  const { url, mock } = await simulator(options);
  const cwd = await emptyFolder();
  return { ...(await klingkit(["generate", picture, "--base-url", url, "--prompt", prompt, ...more], { cwd })), mock };
}

describe("exit codes", () => {
  it("0: the task succeeded and its file is there", async () => {
    const { code, out } = await generate("waves");
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/progressive-\d+\.mp4\n$/) });
  });

  it("0: help and version, on stdout", async () => {
    for (const args of [["--help"], ["generate", "--help"], ["wait", "--help"], ["--version"], ["-V"]]) {
      const { code, out, err } = await klingkit(args);
      expect({ code, err, said: out.length > 0 }).toEqual({ code: 0, err: "", said: true });
    }
  });

  it("0: no line of help is wider than a terminal of 80 columns", async () => {
    const operations = ["submit image2video", "submit avatar", "call", "call tts", "call account-costs"];
    const commands = ["generate", "submit", ...operations, "get", "list", "wait", "download", "mock", ""];
    for (const command of commands) {
      const { out } = await klingkit([...command.split(" ").filter(Boolean), "--help"]);
      expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
    }
  });

  it("3: no key, with three ways out", async () => {
    const { code, err } = await klingkit(["generate", picture, "--base-url", "https://api.example.invalid"]);
    expect(code).toBe(3);
    expect(err).toMatch(
      /^klingkit: There is no API key\. Set COMETAPI_KEY, .*--api-key-stdin, .*--mock, .*--base-url .*\(klingkit mock\)\n$/,
    );
  });

  it("3: an address that is none, before any question for the key", async () => {
    const { code, err } = await klingkit(["generate", picture, "--base-url", "localhost:4600"]);
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("The base URL is not an http address.") });
  });

  it("6: a task nobody knows is not offered to be waited for", async () => {
    const { url } = await simulator();
    const { code, err } = await klingkit(["wait", "image2video/1", "--base-url", url]);
    expect({ code, hint: /Resume|Find out/.exec(err) }).toEqual({ code: 6, hint: null });
  });

  it("3: the other dialect's key is asked for by its own name", async () => {
    const { code, err } = await klingkit(["get", "image2video/1", "--dialect", "kling"], {
      env: { COMETAPI_KEY: "sk-1" },
    });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("Set KLING_API_KEY") });
  });

  it("3: a key that is empty or cannot stand in a header", async () => {
    for (const stdin of ["", "  \n", "two\nlines"]) {
      const { code, err } = await klingkit(["get", "image2video/1", "--api-key-stdin"], { stdin });
      expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("The API key is missing or holds") });
    }
  });

  it("3: a base URL that is no address", async () => {
    const args = ["get", "image2video/1", "--base-url", "localhost"];
    const { code, err } = await klingkit(args, { env: { COMETAPI_KEY: "sk-1" } });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("The base URL is not an http address.") });
  });

  it("3: a key the server does not accept", async () => {
    const { code, err } = await generate("[[code=authentication-failed]]");
    expect({ code, err }).toEqual({
      code: 3,
      err: expect.stringMatching(/\nklingkit: The provider refused: .+\. .+\.\n$/),
    });
  });

  it("4: the time limit passed; the task goes on", async () => {
    const { code, err } = await generate("[[scenario=stuck]]", ["--timeout", "0.4"]);
    expect(code).toBe(4);
    expect(err).toMatch(
      /not finished in time \(last status: processing\)\.\nResume with: klingkit resume image2video\/\d+ --base-url http/,
    );
  });

  it("5: the task failed, with the provider's reason and no way to resume", async () => {
    const { code, err } = await generate("[[scenario=risk-control]]");
    expect({ code, resume: err.includes("Resume") }).toEqual({ code: 5, resume: false });
    expect(err).toMatch(/klingkit: The task failed: .+/);
  });

  it("6: the provider refused, and nothing was charged", async () => {
    const { code, err, mock } = await generate("[[code=1301]]");
    expect({ code, charged: mock.ledger.total }).toEqual({ code: 6, charged: 0 });
    expect(err).toMatch(/klingkit: The provider refused: /);
  });

  it("7: nobody knows whether the task was made; says where to look", async () => {
    const { code, err, mock } = await generate("[[fault=reset-after-accept]]", [], { externalIdLookup: false });
    expect({ code, tasks: mock.tasks.size }).toEqual({ code: 7, tasks: 1 });
    expect(err).toMatch(/may have been created and charged/);
    expect(err).toMatch(
      /\nFind out with: klingkit resume image2video\/kk-[0-9a-f]{32} --base-url http:\/\/127\.0\.0\.1:\d+\n$/,
    );
  });

  it("9: nothing answers", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const args = ["submit", "image2video", "--image", picture, "--base-url", `http://127.0.0.1:${port}`];
    const { code, err } = await klingkit(args);
    expect({ code, err }).toEqual({ code: 9, err: expect.stringMatching(/Nothing answers at .*\(ECONNREFUSED\)/) });
  });

  it("4: a question about a task that something else answers", async () => {
    const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<h1>Hello</h1>"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const { code, err } = await klingkit(["get", "image2video/1", "--base-url", `http://127.0.0.1:${port}`]);
    expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining("is an HTML page") });
  });

  it("4: Ctrl-C during the wait says how to resume", async () => {
    const { url, mock } = await simulator();
    const io = new FakeIo({ cwd: await emptyFolder() });
    const args = ["generate", picture, "--base-url", url, "--prompt", "[[scenario=stuck]]", "--out", "my films/"];
    const ended = run(args, io);
    await until(() =>
      mock.requests.list().some(({ method, path }) => method === "GET" && path.includes("/image2video/")),
    );
    io.interrupt();
    expect(await ended).toBe(4);
    const [task] = mock.tasks.newestFirst();
    const resume = `Resume with: klingkit resume image2video/${task?.id} --base-url ${url}`;
    expect(io.err).toContain(`\nklingkit: task image2video/${task?.id}\n`);
    expect(io.err).toMatch(/\nklingkit: Interrupted; the task goes on\.\nResume/);
    expect(io.err.endsWith(`\n${resume}\n`)).toBe(true);
    // A second Ctrl-C while that is printed must not end the process with a code that says that there is no task.
    expect(io.isListening).toBe(true);
  });

  it("7: SIGTERM before the answer to a submit says where to look", async () => {
    const { url, mock } = await simulator();
    const io = new FakeIo();
    const ended = run(
      ["submit", "image2video", "--image", picture, "--prompt", "[[delay=5000]]", "--base-url", url],
      io,
    );
    await until(() => mock.tasks.size > 0);
    io.interrupt("SIGTERM");
    expect(await ended).toBe(7);
    expect(io.err).toMatch(/Interrupted\.\nFind out with: klingkit resume image2video\/kk-[0-9a-f]{32} --base-url /);
  });

  it("4: a simulator that ends with the process offers nothing to resume", async () => {
    const io = new FakeIo({ cwd: await emptyFolder() });
    const ended = run(["generate", picture, "--mock", "--prompt", "[[scenario=stuck]]"], io);
    await until(() => io.isListening && io.err.includes("SIMULATED"));
    io.interrupt();
    // Whether the task was made already is the race that this is about.
    expect([4, 130]).toContain(await ended);
    expect(io.err).toMatch(/\nklingkit: Interrupted\.\n$/);
  });

  it("a simulator that ends with the process does not say that its task goes on", async () => {
    const args = ["generate", picture, "--mock", "--prompt", "[[scenario=stuck]]", "--timeout", "0.4"];
    const { code, err } = await klingkit(args, { cwd: await emptyFolder() });
    expect({ code, err }).toEqual({
      code: 4,
      err: expect.stringMatching(/not finished in time \(last status: \w+\)\.\n$/),
    });
  });

  it("the command that resumes does so", async () => {
    const { url } = await simulator({ timing: { submittedMs: 100, processingMs: 900 } });
    const cwd = await emptyFolder();
    const first = await klingkit(["generate", picture, "--base-url", url, "--timeout", "0.3"], { cwd });
    const command = /klingkit (resume .*)\n/.exec(first.err)?.[1]?.split(" ") ?? [];
    expect(first.code).toBe(4);
    expect(await klingkit(command, { cwd })).toMatchObject({ code: 0, out: expect.stringContaining(cwd) });
  });
});
