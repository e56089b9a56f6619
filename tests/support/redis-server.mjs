import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./free-port.mjs";
import { untilReady } from "./until-ready.mjs";

/**
 * A Redis of its own on the loopback interface, with AOF and its data in a temporary folder.
 * @param {readonly string[]} settings more of its options, such as `"--maxmemory", "3mb"`
 */
export async function startRedis(settings = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-redis-"));
  const port = await freePort();
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""];
  const durable = ["--appendonly", "yes", "--appendfsync", "always"];
  let server = await start([...args, ...durable, ...settings]);
  /** As a power cut would. */
  const kill = async () => {
    server.kill("SIGKILL");
    await once(server, "close");
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    /** Kills the server, and starts it with its data after a pause, in milliseconds. */
    async restart(pauseMs = 300) {
      await kill();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      server = await start([...args, ...durable, ...settings]);
    },
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {readonly string[]} args */
async function start(args) {
  const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
  await untilReady(server, server.stdout);
  return server;
}
