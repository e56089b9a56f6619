import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "./support/free-port.mjs";
import { skipIf } from "./support/tools.js";
import { untilReady } from "./support/until-ready.mjs";

/** Debian keeps the server out of PATH, in a folder a version. */
const debian = "/usr/lib/postgresql";
const folders = existsSync(debian) ? readdirSync(debian).map((version) => path.join(debian, version, "bin")) : [];
const binaries = folders.find((folder) => existsSync(path.join(folder, "postgres")));

export const { skip: skipWithoutPostgres, note: postgresNote } = skipIf(
  binaries === undefined,
  "PostgreSQL's server is not installed",
);

/** A server of its own on the loopback interface, with its data in a temporary folder. */
export async function startPostgres(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  if (!binaries) throw new Error("PostgreSQL's server is not installed: apt-get install postgresql.");
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-postgres-"));
  const user = unprivileged();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, "data");
  const made = spawnSync(path.join(binaries, "initdb"), ["-D", data, "-U", "klingkit", "-A", "trust", "--no-sync"], {
    ...user,
    cwd: folder,
    encoding: "utf8",
  });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const port = await freePort();
  const settings = ["-c", "listen_addresses=127.0.0.1", "-c", `unix_socket_directories=${folder}`, "-c", "fsync=off"];
  const args = ["-D", data, "-p", String(port), ...settings];
  const server = spawn(path.join(binaries, "postgres"), args, {
    ...user,
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const closed = once(server, "close");
  const stop = async () => {
    // A fast shutdown, whoever is connected.
    server.kill("SIGINT");
    await closed;
    rmSync(folder, { recursive: true, force: true });
  };
  await untilReady(server, server.stderr);
  return { port, stop };
}

/** The server refuses to run as root; Debian has a user for it. */
function unprivileged(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const number = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  return { uid: number("-u"), gid: number("-g") };
}
