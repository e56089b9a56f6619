import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

export const hasRedis = spawnSync("redis-server", ["--version"]).status === 0 || process.env.CI === "true";

/** Debian's Redis on the loopback interface, with AOF, that can be restarted with its data. */
export async function startRedis(settings: readonly string[] = []) {
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-redis-"));
  const port = await freePort();
  const args = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--appendonly",
    "yes",
    "--appendfsync",
    "always",
    ...settings,
  ];
  const start = async () => {
    const server = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
    let log = "";
    await new Promise<void>((resolve, reject) => {
      server.stdout.on("data", (chunk: Buffer) => {
        log += chunk;
        if (log.includes("Ready to accept connections")) resolve();
      });
      server.once("close", () => reject(new Error(`Redis ended: ${log}`)));
    });
    return server;
  };
  let server = await start();
  const stop = async () => {
    server.kill("SIGKILL");
    await once(server, "close");
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart(pauseMs = 300) {
      await stop();
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      server = await start();
    },
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
