// Whether what lies in `dist` and `generated` was made from the sources that are there now. Each task of turbo.json
// leaves a hash of all that it reads beside what it makes (`stamp.mjs`); who uses what was made compares it.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";
import { globSync } from "tinyglobby";

const root = path.resolve(import.meta.dirname, "..");
const turbo = readJson(path.join(root, "turbo.json"));
const folderOf = { generate: "generated", build: "dist", "build:site": "dist" };

/**
 * @param {string} packageFolder from the root, such as `packages/core`
 * @param {keyof typeof folderOf} [task]
 */
export function isFresh(packageFolder, task = "build") {
  const stamp = stampOf(packageFolder, task);
  return existsSync(stamp) && readFileSync(stamp, "utf8") === hashOf(packageFolder, task);
}

/**
 * For what is tested as it was built.
 * @param {readonly string[]} packageFolders
 * @param {keyof typeof folderOf} [task]
 * @throws {Error} one sentence that says which build is missing or stale, and how to make it
 */
export function requireBuilt(packageFolders, task = "build") {
  const stale = packageFolders.filter((folder) => !isFresh(folder, task));
  if (stale.length === 0) return;
  const made = stale.map((folder) => `${folder}/${folderOf[task]}`).join(", ");
  throw new Error(
    `This test needs what is built, and ${made} was not built from the sources that are there now; run "npx pnpm@10.34.8 exec turbo run ${task}" first.`,
  );
}

/**
 * The path of a built file, whose package has been built from the sources that are there now.
 * @param {string} packageFolder
 * @param {string} file such as `dist/bin.js`
 * @param {keyof typeof folderOf} [task]
 * @throws {Error} as {@link requireBuilt} does
 */
export function builtFile(packageFolder, file, task = "build") {
  requireBuilt([packageFolder], task);
  return path.join(root, packageFolder, file);
}

/** How many tasks of turbo a task consists of, those of other packages included. */
export function tasksBehind(packageFolder, task) {
  const seen = new Set();
  inputsOf(packageFolder, task, seen);
  return seen.size;
}

/** Called by a task when it is done. */
export function writeStamp(packageFolder, task) {
  writeFileSync(stampOf(packageFolder, task), hashOf(packageFolder, task));
}

function stampOf(packageFolder, task) {
  return path.join(root, packageFolder, folderOf[task], ".sources");
}

/** Of every file that the task, and the tasks it depends on, read. */
function hashOf(packageFolder, task) {
  const hash = createHash("sha256");
  const common = turbo.globalDependencies.map((file) => path.join(root, file));
  for (const file of [...common, ...inputsOf(packageFolder, task)].sort()) {
    hash
      .update(`${path.relative(root, file).replaceAll(path.sep, "/")}\0`)
      .update(readFileSync(file))
      .update("\0");
  }
  return hash.digest("hex");
}

/** @returns {Set<string>} the paths of the files; a task that the package does not have reads none */
function inputsOf(packageFolder, task, seen = new Set(), files = new Set()) {
  const folder = path.join(root, packageFolder);
  const { scripts = {}, dependencies, devDependencies } = readJson(path.join(folder, "package.json"));
  if (!(task in scripts) || seen.has(`${folder} ${task}`)) return files;
  seen.add(`${folder} ${task}`);
  const { inputs, dependsOn = [] } = taskOf(folder, task);
  const globs = inputs.map((glob) => glob.replace("$TURBO_ROOT$", path.relative(folder, root)));
  const ignore = globs.flatMap((glob) => (glob.startsWith("!") ? [glob.slice(1)] : []));
  const patterns = globs.filter((glob) => !glob.startsWith("!"));
  for (const file of globSync(patterns, { cwd: folder, ignore, absolute: true, dot: true }))
    files.add(path.resolve(file));
  for (const dependency of dependsOn) {
    if (!dependency.startsWith("^")) inputsOf(packageFolder, dependency, seen, files);
    else
      for (const other of workspaceFolders(folder, { ...dependencies, ...devDependencies }))
        inputsOf(other, dependency.slice(1), seen, files);
  }
  return files;
}

function taskOf(folder, task) {
  const own = path.join(folder, "turbo.json");
  return { ...turbo.tasks[task], ...(existsSync(own) ? readJson(own).tasks[task] : {}) };
}

/** The folders of this workspace's packages among the dependencies, from the root. */
function workspaceFolders(folder, dependencies) {
  return Object.entries(dependencies).flatMap(([name, version]) =>
    version.startsWith("workspace:")
      ? [path.relative(root, realpathSync(path.join(folder, "node_modules", name)))]
      : [],
  );
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
