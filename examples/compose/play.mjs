// Plays what `docker compose up --build --exit-code-from test` does, where no daemon runs: reads the Dockerfile and
// compose.yaml, builds each image's folder, and runs the services as the images' user, without capabilities or a home, on a
// file system that can only be read, in a network of their own. Linux only, as root (`unshare`, `setpriv`, `ip`).
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { readImages } from "./images.mjs";

const here = import.meta.dirname;
const { parse } = createRequire(path.join(here, "../../packages/mock-server/package.json"))("yaml");
const { services } = parse(readFileSync(path.join(here, "compose.yaml"), "utf8"));
const images = readImages(readFileSync(path.join(here, "Dockerfile"), "utf8"));

const [inside] = process.argv.slice(2);
if (inside === undefined) process.exitCode = outside();
else await run(inside);

/** Builds, then runs the rest of this file in namespaces of its own. @returns the exit code */
function outside() {
  const place = mkdtempSync(path.join(os.tmpdir(), "klingkit-compose-"));
  try {
    must(process.execPath, [path.join(here, "pack.mjs")]);
    for (const [name, image] of Object.entries(images)) build(place, name, image);
    const again = ["--mount", "--net", "--fork", process.execPath, import.meta.filename, place];
    return spawnSync("unshare", again, { stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

/** An image's folder: what its steps copy, and what they run. */
function build(place, name, { steps }) {
  const folder = path.join(place, name);
  let workdir = "/";
  const at = (target) => path.join(folder, path.resolve(workdir, target));
  for (const { word, from, args } of steps) {
    if (word === "WORKDIR") workdir = args[0];
    if (word === "COPY")
      cpSync(path.join(from ? path.join(place, from) : here, args[0]), at(args[1]), { recursive: true });
    if (word === "RUN") must("sh", ["-c", args[0]], { cwd: at(".") });
  }
  console.log(`ok: image ${name}`);
}

/** Runs the services in the order in which they wait for each other; the last one's end is the end. */
async function run(place) {
  must("ip", ["link", "set", "lo", "up"]);
  const names = Object.keys(services);
  const hosts = path.join(place, "hosts");
  writeFileSync(hosts, `127.0.0.1 localhost ${names.join(" ")}\n`);
  must("mount", ["--bind", hosts, "/etc/hosts"]);
  const running = new Map();
  for (const name of names.sort((one, other) => Number(waitsFor(one, other)) - Number(waitsFor(other, one)))) {
    for (const other of Object.keys(services[name].depends_on ?? {})) await healthy(place, other);
    running.set(name, start(place, name));
  }
  const [tested] = await once(running.get("test"), "exit");
  console.log(`${tested === 0 ? "ok" : "FAIL"}: tests`);
  const asked = performance.now();
  running.get("mock").kill("SIGTERM");
  const [ended] = await once(running.get("mock"), "exit");
  const ms = Math.round(performance.now() - asked);
  console.log(
    `${ended === 0 && ms < 1_000 ? "ok" : "FAIL"}: the simulator ended with ${ended}, ${ms} ms after SIGTERM`,
  );
  process.exitCode = tested === 0 && ended === 0 && ms < 1_000 ? 0 : 1;
}

function waitsFor(one, other) {
  return Object.hasOwn(services[one].depends_on ?? {}, other);
}

/** Asks as the image's HEALTHCHECK says until it is well. */
async function healthy(place, name) {
  const { command, retries } = images[services[name].build.target].health;
  for (let tries = 0; tries < retries; tries += 1) {
    const [code] = await once(inContainer(place, name, command, "ignore"), "exit");
    if (code === 0) return console.log(`ok: ${name} is healthy`);
    await sleep(500);
  }
  throw new Error(`${name} does not get well.`);
}

function start(place, name) {
  const { entrypoint = [], command = [] } = images[services[name].build.target];
  return inContainer(place, name, [...entrypoint, ...(services[name].command ?? command)], "inherit");
}

/** Runs a command as the service would: its user, its files, its environment, and nothing else. */
function inContainer(place, name, command, stdio) {
  const { build: made, environment = {} } = services[name];
  const { user, workdir } = images[made.target];
  const [uid, gid] = user.split(":");
  const privileges = ["--reuid", uid, "--regid", gid, "--clear-groups", "--no-new-privs", "--bounding-set=-all"];
  const variables = Object.entries({ PATH: process.env.PATH, ...environment }).map(([key, value]) => `${key}=${value}`);
  const files = path.join(place, made.target, "opt/klingkit");
  // The node that plays stands for the image's.
  const script = `
    mount --make-rprivate /
    mount -t tmpfs none /opt && mkdir /opt/klingkit && mount --bind '${files}' /opt/klingkit
    mount -o remount,bind,ro /opt/klingkit && mount -o remount,ro /opt && mount -o remount,bind,ro /
    cd '${workdir}' && exec setpriv ${privileges.join(" ")} env -i "$@"`;
  const wrapped = ["--mount", "sh", "-c", script, "sh", ...variables, ...command];
  return spawn("unshare", wrapped, { stdio: ["ignore", stdio, "inherit"] });
}

function must(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"], ...options });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed.`, { cause: error });
}
