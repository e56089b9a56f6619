import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { type MockServer, startMockServer } from "@klingkit/mock-server/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startRedis } from "../../../tests/support/redis-server.mjs";
import { skipWithout } from "../../../tests/support/tools.js";
import { run } from "../src/run.js";
import { FakeIo, klingkit, until } from "./helpers.js";

const hasIpv6 = Object.values(os.networkInterfaces()).some((own) => own?.some(({ address }) => address === "::1"));
const { skip, note } = skipWithout("redis-server");

describe.skipIf(skip)(`a fleet from the command line${note}`, () => {
  let redis: Awaited<ReturnType<typeof startRedis>>;
  let server: MockServer;
  let folder: string;
  const started: FakeIo[] = [];
  beforeAll(async () => {
    redis = await startRedis();
    server = await startMockServer({
      port: 0,
      dialect: "kling",
      render: "none",
      timing: { submittedMs: 20, processingMs: 100 },
    });
  });
  afterAll(async () => {
    await server.close();
    await redis.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-fleet-"));
  });
  afterEach(async () => {
    for (const io of started.splice(0)) io.interrupt("SIGTERM");
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  });

  /** Starts a command that runs until it is interrupted. */
  const start = (...args: readonly string[]) => {
    const io = new FakeIo({ cwd: folder });
    started.push(io);
    return { io, code: run(args, io) };
  };
  const of = (name: string) => ["--redis", redis.url, "--name", name];
  const provider = () => ["--dialect", "kling", "--base-url", server.url];
  const worker = (name: string) => start("worker", ...of(name), "--out", "videos", ...provider());
  const steer = (...args: readonly string[]) => klingkit(["batch", ...args], { cwd: folder });
  const manifest = (rows: readonly object[]) =>
    writeFile(
      path.join(folder, "jobs.jsonl"),
      rows
        .map((row, index) => JSON.stringify({ id: `row-${index}`, image: "https://cdn.example.com/a.png", ...row }))
        .join("\n"),
    );
  const submit = (name: string, ...more: readonly string[]) =>
    klingkit(["batch", "submit", "jobs.jsonl", ...of(name), "--out", "videos", ...provider(), ...more], {
      cwd: folder,
    });

  it("makes every row with workers that other processes could be; SIGTERM ends one when its jobs are done", async () => {
    await manifest([{ prompt: "one" }, { prompt: "two" }, { prompt: "three" }]);
    const workers = [worker("spring"), worker("spring")];
    const { code, err, out } = await submit("spring", "--cap", "2", "--budget", "5");
    expect([code, out]).toEqual([0, `${path.join(folder, "videos", "report.html")}\n`]);
    expect(err).toMatch(/3 done; \$0\.63/);
    expect((await readdir(path.join(folder, "videos"))).filter((name) => name.endsWith(".mp4"))).toHaveLength(3);
    expect(err).toContain("(live: at most 3 of 3 rows to pay");
    const { out: status } = await steer("status", ...of("spring"));
    expect(status).toBe("ended    3 done\nwaiting  0\nrunning  0\nworkers  2\nspent    $0.63 of $5.00\n");
    await manifest([{ prompt: "another" }, { prompt: "two" }]);
    const edited = await submit("spring", "--cap", "2", "--budget", "5");
    expect(edited.err).toContain("klingkit: row row-0 was edited and will be paid for again\n");
    expect(edited.err).toMatch(/2 done;/);
    for (const { io } of workers) io.interrupt("SIGTERM");
    expect(await Promise.all(workers.map((one) => one.code))).toEqual([0, 0]);
    expect(workers[0]?.io.err).toMatch(/^klingkit: working for spring at http:\/\/127\.0\.0\.1:\d+; Ctrl-C ends it/);
  });

  it("ends a worker at once at the second SIGTERM, and leaves its row to others", async () => {
    await manifest([{}]);
    let asked = 0;
    // No create is ever answered.
    const silent = createServer(({ method }, response) => {
      if (method === "POST") asked += 1;
      else response.writeHead(404).end();
    }).listen(0, "127.0.0.1");
    await once(silent, "listening");
    const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    const to = ["--out", "videos", "--dialect", "kling", "--base-url", address];
    const submitting = start("batch", "submit", "jobs.jsonl", ...of("summer"), ...to);
    const { io, code } = start("worker", ...of("summer"), ...to);
    await until(() => asked > 0);
    io.interrupt("SIGTERM");
    io.interrupt("SIGTERM");
    expect(await code).toBe(0);
    expect((await steer("status", ...of("summer"), "--json")).json()).toMatchObject({
      waiting: 1,
      running: 0,
      usd: 0.21,
    });
    submitting.io.interrupt();
    submitting.io.interrupt();
    expect(await submitting.code).toBe(4);
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("pauses, cancels and retries from anywhere", async () => {
    await manifest(Array.from({ length: 3 }, (_, index) => ({ prompt: `shot ${index}` })));
    const submitting = submit("autumn", "--cap", "3");
    await until(async () => (await steer("status", ...of("autumn"), "--json")).json().waiting === 3);
    expect((await steer("pause", ...of("autumn"))).out).toContain("paused   klingkit batch resume goes on");
    worker("autumn");
    const cancelled = await steer("cancel", ...of("autumn"));
    expect(cancelled.err).toBe("klingkit: 3 rows were taken out of the queue\n");
    expect(cancelled.out).toContain("stopped  The batch was cancelled.");
    const { code, err } = await submitting;
    expect(code).toBe(8);
    expect(err).toContain("3 not started");
    const retried = await steer("retry", ...of("autumn"), "--json");
    expect(retried.err).toBe("klingkit: 3 rows were put back into the queue; 0 failed rows would fail again\n");
    await until(async () => (await steer("status", ...of("autumn"), "--json")).json().results.done === 3);
  });

  it("serves metrics, Bull Board and a receiver of callbacks, and no page of another name", async () => {
    const { io, code } = start("batch", "serve", ...of("winter"), "--port", "0", "--callback-port", "0");
    await until(() => io.err.includes("callbacks are received"));
    const [pages = "", callbacks = ""] = io.err.match(/http:\/\/127\.0\.0\.1:\d+/g) ?? [];
    const metrics = await fetch(`${pages}/metrics`);
    expect(metrics.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(await metrics.text()).toContain('klingkit_fleet_rows_waiting{fleet="winter"} 0');
    expect(await (await fetch(pages)).text()).toContain("klingkit: winter");
    expect((await fetch(callbacks, { method: "POST", body: "{}" })).status).toBe(401);
    const { port } = new URL(pages);
    const foreign = await new Promise<number | undefined>((resolve) => {
      import("node:http").then(({ get }) =>
        get({ port, host: "127.0.0.1", headers: { host: "evil.example" } }, ({ statusCode }) => resolve(statusCode)),
      );
    });
    expect(foreign).toBe(403);
    io.interrupt();
    expect(await code).toBe(0);
  });

  it.skipIf(!hasIpv6)("shows no page of another name on IPv6's own address either", async () => {
    const { io, code } = start("batch", "serve", ...of("winter"), "--port", "0", "--host", "::1");
    await until(() => io.err.includes("the fleet's queues are at"));
    const [, port = ""] = /http:\/\/\[::1\]:(\d+)\//.exec(io.err) ?? [];
    const statusFor = async (host: string) => {
      const [response] = await once(get({ port, host: "::1", path: "/metrics", headers: { host } }), "response");
      response.resume();
      return response.statusCode;
    };
    expect([await statusFor("evil.example"), await statusFor(`[::1]:${port}`)]).toEqual([403, 200]);
    io.interrupt();
    expect(await code).toBe(0);
  });

  it("prints an address that works where it serves every address, and answers others there", async () => {
    const { io, code } = start("batch", "serve", ...of("wide"), "--port", "0", "--host", "0.0.0.0");
    await until(() => /metrics/.test(io.err));
    const [, url = ""] = /(http:\/\/127\.0\.0\.1:\d+\/)/.exec(io.err) ?? [];
    const [response] = await once(get(`${url}metrics`, { headers: { host: "machine.example" } }), "response");
    response.resume();
    expect(response.statusCode).toBe(200);
    io.interrupt();
    expect(await code).toBe(0);
  });

  it("says so where Redis refuses to work, and calls it no bug", async () => {
    const full = await startRedis(["--maxmemory", "1kb"]);
    try {
      await manifest([{ prompt: "one" }]);
      const to = ["--redis", full.url, "--name", "full"];
      const more = [...to, "--out", "videos", ...provider()];
      for (const args of [
        ["batch", "pause", ...to],
        ["batch", "serve", ...to, "--port", "0"],
        ["batch", "submit", "jobs.jsonl", ...more],
        ["worker", ...more],
      ]) {
        const { code, err } = await klingkit(args, { cwd: folder });
        expect([args[1], code]).toEqual([args[1], 9]);
        expect(err).toMatch(/klingkit: Redis refuses: OOM .*\. Make room/);
      }
    } finally {
      await full.stop();
    }
  });

  it.each(["not an address", "http://127.0.0.1:6379", "redis://u:secret-word@host:port"])(
    "says so where %s is no address of a Redis, and does not repeat it",
    async (address) => {
      const { code, err } = await steer("status", "--redis", address, "--name", "spring");
      expect([code, err]).toEqual([
        2,
        "klingkit: --redis is not the address of a Redis. Give one such as redis://127.0.0.1:6379.\n",
      ]);
    },
  );

  it("says so where no Redis answers, without the password of its address", async () => {
    const { code, err } = await steer("status", "--redis", "redis://:hush@127.0.0.1:1", "--name", "spring");
    expect(code).toBe(9);
    expect(err).toBe("klingkit: No Redis answers at 127.0.0.1:1. Start it, or correct its address.\n");
  }, 30_000);
});
