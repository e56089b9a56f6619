import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const packages = [
  { name: "spec", folder: "spec" },
  { name: "core", folder: "packages/core" },
  { name: "mock-server", folder: "packages/mock-server" },
  { name: "batch", folder: "packages/batch" },
  { name: "cli", folder: "packages/cli" },
] as const;

let temporary: string;
let project: string;
const tarball = (name: string) => path.join(temporary, `klingkit-${name}-0.0.0.tgz`);

/** Packs every public package as a release would, and installs the tarballs into a project that has nothing else. */
beforeAll(async () => {
  requireBuilt(packages.map(({ folder }) => folder));
  temporary = await mkdtemp(path.join(os.tmpdir(), "klingkit-packed-"));
  await Promise.all(
    packages.map(({ folder }) => pnpm(["pack", "--pack-destination", temporary], path.join(root, folder))),
  );
  project = path.join(temporary, "project");
  await mkdir(project);
  const dependencies = Object.fromEntries(packages.map(({ name }) => [`@klingkit/${name}`, `file:${tarball(name)}`]));
  const manifest = { private: true, type: "module", dependencies, devDependencies: { "@types/node": "20.19.43" } };
  await writeFile(path.join(project, "package.json"), JSON.stringify(manifest));
  const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await execute("npm", install, { cwd: project, shell: process.platform === "win32" });
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

describe.each(packages)("the tarball of $name", ({ name, folder }) => {
  it("holds its licence and what was built, and no test, source or build state", async () => {
    const { stdout } = await execute("tar", ["-tzf", tarball(name)]);
    const files = stdout.trim().split("\n");
    expect(files).toContain("package/LICENSE");
    const unwanted = /(^|\/)(tests?|fixtures|node_modules|\.turbo)\/|\.tsbuildinfo$|\.test\.|\.map$|(?<!\.d)\.ts$/;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
    const expected =
      /^package\/(package\.json|LICENSE|README\.md|AGENTS\.md|EVIDENCE\.md|control-api\.yaml|CHANGELOG\.md|dist\/.+|generated\/.+)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
  });

  it.runIf(name === "mock-server")("holds the studio's page, and needs nothing of what it was made with", async () => {
    const { stdout } = await execute("tar", ["-tzf", tarball(name)]);
    const files = ["index.html", "studio.js", "studio.css", "icon.svg"].map((file) => `package/dist/studio/${file}`);
    expect(stdout.split("\n")).toEqual(expect.arrayContaining(files));
    const lock = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8"));
    expect(Object.keys(lock.packages).filter((place) => /preact|studio/.test(place))).toEqual([]);
  });

  it("names nothing of the sources that tests import", async () => {
    const { stdout } = await execute("tar", ["-xzOf", tarball(name), "package/package.json"]);
    const { exports, imports } = JSON.parse(stdout);
    const manifest = JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
    expect({ exports, imports }).toEqual(withoutSources({ exports: manifest.exports, imports: manifest.imports }));
  });

  it("satisfies publint", async () => {
    const bytes = await readFile(tarball(name));
    const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };
    const { messages, pkg } = await publint({ strict: true, pack });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that resolve in ES modules and bundlers", async () => {
    const attw = path.join(root, "tests/node_modules/.bin/attw");
    const checked = execute(attw, [tarball(name), "--profile", "esm-only", "--format", "ascii", "--no-emoji"]);
    expect(await checked.catch(({ stdout }) => ({ problems: stdout }))).not.toHaveProperty("problems");
  });
});

describe("the packages, installed from their tarballs", () => {
  it("animate a picture on the simulator with the packed command line", async () => {
    const picture = path.join(root, "examples/coffee.png");
    const { stdout, stderr } = await command("klingkit", ["generate", picture, "--mock", "--json", "--out", "out/"]);
    expect(stderr).toMatch(/^SIMULATED in this process: free/);
    const { task, file } = JSON.parse(stdout);
    expect(task).toMatchObject({ family: "image2video", task_status: "succeed" });
    expect(path.dirname(file)).toBe(path.join(project, "out"));
    expect((await stat(file)).size).toBeGreaterThan(10_000);
    expect((await readFile(file)).toString("latin1", 4, 8)).toBe("ftyp");
  });

  it("state their version and help", async () => {
    expect((await command("klingkit", ["--version"])).stdout).toBe("0.0.0\n");
    expect((await command("klingkit", ["--help"])).stdout).toMatch(/^Usage: klingkit .*\bgenerate\b/s);
    expect((await command("klingkit", ["--help", "--all"])).stdout).toContain("Exit codes:");
    expect((await command("klingkit-mock", ["--help"])).stdout).toMatch(/^Usage: klingkit-mock /);
  });

  it("serve the simulator until it is told to end", async () => {
    const server = spawn(process.execPath, [binary("klingkit-mock"), "--port", "0"], { cwd: project });
    const ended = new Promise((resolve) => server.once("exit", resolve));
    try {
      const { value = "" } = await createInterface({ input: server.stdout })[Symbol.asyncIterator]().next();
      const url = /http:\S+/.exec(value)?.[0];
      expect(await (await fetch(`${url}/__mock/health`)).json()).toMatchObject({ status: "ok" });
      expect(await (await fetch(`${url}/__mock/studio/`)).text()).toContain("<title>klingkit studio</title>");
    } finally {
      server.kill("SIGTERM");
    }
    expect(await ended).toBe(0);
  });

  it("bring at most two packages along with the client", async () => {
    const lock = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8"));
    const foreign = closure(lock.packages, "@klingkit/core").filter((name) => !name.startsWith("@klingkit/"));
    expect(foreign.length, foreign.join(", ")).toBeLessThanOrEqual(2);
  });

  it("compile in a strict TypeScript project that checks libraries too", async () => {
    await compile("consumer", consumer, ["node"]);
  });

  it("compile for a browser, without Node's types", async () => {
    await compile("browser", browserConsumer, []);
  });
});

const browserConsumer = `
import { createKlingClient, type KlingClient } from "@klingkit/core";
import { preflight } from "@klingkit/core/preflight";
import { createMock, createMockFetch } from "@klingkit/mock-server";
import { mockMatchers } from "@klingkit/mock-server/matchers";

const kling: KlingClient = createKlingClient({ apiKey: "k", fetch: createMock({ seed: 1 }).fetch, preflight });
const task = await kling.image2video.generate({ model_name: "kling-v2-6", image: "https://example.com/a.jpg" });
export const id: string = task.task_id;
export const isPaidOnce: boolean = mockMatchers.toHaveChargedOnce(createMockFetch({ dialect: "kling" })).pass;
// @ts-expect-error a field nobody knows the type of
await kling.image2video.submit({ image: 5 });
`;

const consumer = `${browserConsumer}
import { downloadToFile } from "@klingkit/core/node";
import { klingMock } from "@klingkit/mock-server/express";
import { startMockServer } from "@klingkit/mock-server/node";
import { families } from "@klingkit/spec/families";
import { serviceErrors } from "@klingkit/spec/catalogue";
import { checkRequest } from "@klingkit/spec/rules";
import { requestValidators } from "@klingkit/spec/validators";

await using server = await startMockServer({ port: 0 });
const { size } = await downloadToFile(kling, task, "a.mp4");
export const all: unknown[] = [klingMock, server.url, size, families, serviceErrors, checkRequest, requestValidators];
`;

/** Names of all packages that one package needs, itself included. */
function closure(packages: Record<string, { dependencies?: Record<string, string> }>, from: string): string[] {
  const found = new Set([from]);
  for (const name of found) {
    for (const next of Object.keys(packages[`node_modules/${name}`]?.dependencies ?? {})) found.add(next);
  }
  return [...found];
}

function binary(name: string): string {
  return path.join(project, "node_modules/.bin", name);
}

function command(name: string, args: readonly string[]) {
  return execute(process.execPath, [binary(name), ...args], { cwd: project });
}

/** Checks a program's types, those of the packages it imports included. */
async function compile(name: string, source: string, types: readonly string[]): Promise<void> {
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: false, target: "es2022", module: "nodenext", types },
    lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  };
  await writeFile(path.join(project, `${name}.ts`), source);
  const config = path.join(project, `tsconfig.${name}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: [`${name}.ts`] }));
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const result = await execute(process.execPath, [tsc, "-p", config], { cwd: project }).catch(
    (error: { readonly stdout?: string }) => error,
  );
  expect(result.stdout).toBe("");
}

/** pnpm as the repository pins it: the one this runs under, else through npx. */
async function pnpm(args: readonly string[], cwd: string): Promise<void> {
  const { packageManager } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
  const underPnpm = process.env.npm_config_user_agent?.startsWith("pnpm/");
  const [file, ...first] = underPnpm ? ["pnpm"] : ["npx", "--yes", String(packageManager).replace(/\+.*$/, "")];
  await execute(file, [...first, ...args], { cwd, shell: process.platform === "win32" });
}

/** What `exports` or `imports` come to when nobody asks for sources: "publishConfig" in package.json has to say it. */
function withoutSources(entries: unknown): unknown {
  if (typeof entries !== "object" || entries === null) return entries;
  const { "klingkit-source": source, ...rest } = entries as Record<string, unknown>;
  if (source !== undefined && Object.keys(rest).join() === "default") return rest.default;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withoutSources(value)]));
}
