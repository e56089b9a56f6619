// What an SDK adds to a program for Node: its client and all that it needs, as one minified file, gzip; and what it installs.
import { execFileSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { fetchPeer } from "./support/peers.mjs";
import { judge, publish } from "./support/report.mjs";
import { sdks } from "./support/sdks.mjs";

const subjects = [];
for (const sdk of sdks) subjects.push({ name: sdk.name, ...(await sizeOf(sdk)) });
const ratio = publish({
  title: "bundle for Node, gzip",
  unit: "kB",
  better: "less",
  baseline: "openapi-fetch",
  subjects,
});
judge("klingkit's bundle, of openai's", ratio("klingkit", "openai"), { atMost: 1 });
judge("klingkit's bundle, of wavespeed's, the smallest SDK", ratio("klingkit", "wavespeed"), {
  atMost: 1,
  reason: "the targets of 5 and 6.5 kB were dropped: look-ups, task store and error tables are worth more to users",
});

const installed = sdks.map((sdk) => ({ name: sdk.name, ...installedOf(sdk) }));
publish({
  title: "installed, with what it needs",
  unit: "MB",
  better: "less",
  baseline: "openapi-fetch",
  subjects: installed.map(({ name, bytes, problem }) => ({ name, problem, values: bytes && [bytes / 1e6] })),
});
const ours = installed.find(({ name }) => name === "klingkit");
judge("klingkit installed, MB", ours.bytes / 1e6, {
  atMost: 0.2,
  reason: "the contract with its types and validators, which client and simulator share, is most of it",
});
judge("packages that klingkit installs", ours.packages, {
  atMost: 2,
  digits: 0,
  reason: "the contract is a package of its own, and openapi-fetch brings its types",
});

/** Bytes and packages in a project that has only this SDK. klingkit's own are what would be packed. */
function installedOf({ packages }) {
  const folder = fetchPeer(packages.length > 0 ? packages : ["openapi-fetch@0.17.0"]);
  if (!folder) return { problem: "the registry does not give it" };
  const files = readdirSync(path.join(folder, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== ".package-lock.json")
    .map((entry) => path.join(entry.parentPath, entry.name));
  const isPackage = (file) => /node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/.test(file.replaceAll("\\", "/"));
  const others = {
    bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
    packages: files.filter(isPackage).length,
  };
  if (packages.length > 0) return others;
  const own = ["packages/core", "spec"].map(packedBytes);
  return { bytes: own.reduce((sum, bytes) => sum + bytes, others.bytes), packages: own.length + others.packages };
}

function packedBytes(folder) {
  const cwd = path.resolve(import.meta.dirname, "..", folder);
  const args = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const [{ unpackedSize }] = JSON.parse(
    execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  return unpackedSize;
}

async function sizeOf({ packages, statement }) {
  const folder = packages.length === 0 ? import.meta.dirname : fetchPeer(packages);
  if (!folder) return { problem: "the registry does not give it" };
  const bundling = { bundle: true, minify: true, format: "esm", platform: "node", target: "es2022" };
  const stdin = { contents: statement, resolveDir: folder };
  try {
    const { outputFiles } = await build({ stdin, ...bundling, write: false, logLevel: "silent" });
    return { values: [gzipSync(outputFiles[0].contents, { level: 9 }).length / 1_000] };
  } catch (error) {
    return { problem: String(error.message).split("\n")[0] };
  }
}
