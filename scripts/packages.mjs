// The packages that are published: which they are, how they are packed, and how a project installs the tarballs.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { pnpmCommand } from "./pnpm.mjs";

const root = path.resolve(import.meta.dirname, "..");

/**
 * @typedef {object} PublishedPackage
 * @property {string} name such as `@klingkit/core`
 * @property {string} version
 * @property {string} folder from the root, such as `packages/core`
 * @property {string} tarball the file's name
 */

/** @returns {readonly PublishedPackage[]} every package of the workspace that is not private */
export function publishedPackages() {
  const packages = readdirSync(path.join(root, "packages")).map((name) => `packages/${name}`);
  return ["spec", ...packages]
    .filter((folder) => existsSync(path.join(root, folder, "package.json")))
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8")) }))
    .filter((manifest) => !manifest.private)
    .map(({ name, version, folder }) => ({
      name,
      version,
      folder,
      tarball: `${name.replace("@", "").replace("/", "-")}-${version}.tgz`,
    }));
}

/**
 * Packs every published package as it is built now, as a release would.
 * @param {string} destination a folder, which is made
 * @param {NodeJS.ProcessEnv} [env] of pnpm
 */
export async function packAll(destination, env = process.env) {
  mkdirSync(destination, { recursive: true });
  const [command, first] = pnpmCommand();
  const filters = publishedPackages().flatMap(({ name }) => ["--filter", name]);
  // Without -r a single filter would pack the root.
  const args = [...first, "-r", ...filters, "pack", "--pack-destination", path.resolve(destination)];
  await promisify(execFile)(command, args, { cwd: root, env, shell: process.platform === "win32", maxBuffer: 2 ** 26 });
}

/**
 * How to install the tarballs with each package manager: the client as a dependency, the simulator and
 * the command line for development. Only packages of others are asked of a registry.
 * @param {string} place the tarballs' folder as the project names it, with slashes: `./vendor` or an absolute path
 * @returns {readonly { manager: string, file?: string, lines?: string, commands: readonly string[] }[]} lines that belong
 * into a file of the project, and commands to be given after that
 */
export function installBlocks(place) {
  const files = publishedPackages().map(({ name, tarball }) => ({ name, file: `file:${place}/${tarball}` }));
  const fileOf = (wanted) => files.find(({ name }) => name === wanted)?.file;
  const names = ["spec", "core", "batch", "mock-server", "cli"];
  const [spec, core, batch, simulator, cli] = names.map((name) => fileOf(`@klingkit/${name}`));
  // But for npm, which finds a package among those of the project, each manager looks for what klingkit's own packages
  // need in a registry, unless it is told where it lies.
  const resolutions = files.map(({ name, file }) => `"resolutions.${name}=${file}"`).join(" ");
  return [
    {
      manager: "npm",
      commands: [`npm install ${spec} ${core}`, `npm install --save-dev ${simulator} ${batch} ${cli}`],
    },
    {
      manager: "pnpm 10 and newer",
      file: "pnpm-workspace.yaml",
      lines: `overrides:\n${files.map(({ name, file }) => `  "${name}": ${file}\n`).join("")}`,
      commands: [`pnpm add ${core}`, `pnpm add --save-dev ${simulator} ${batch} ${cli}`],
    },
    {
      manager: "yarn 1",
      commands: [`npm pkg set ${resolutions}`, `yarn add ${core}`, `yarn add --dev ${simulator} ${batch} ${cli}`],
    },
    {
      manager: "yarn 4",
      commands: [
        `npm pkg set ${resolutions}`,
        `yarn add "@klingkit/core@${core}"`,
        `yarn add --dev "@klingkit/mock-server@${simulator}" "@klingkit/batch@${batch}" "@klingkit/cli@${cli}"`,
      ],
    },
  ];
}
