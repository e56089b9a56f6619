import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData, type Problem } from "@arethetypeswrong/core";
import { repositoryAddress, siteAddress } from "@klingkit/spec/client";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireBuilt } from "../scripts/freshness.mjs";
import { packAll, publishedPackages } from "../scripts/packages.mjs";
import { describeCompanyNetwork } from "./support/company-network.js";
import { withNetwork } from "./support/network.js";
import { describeCommandLine } from "./support/packed-command-line.js";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const packages = publishedPackages();

let temporary: string;
let project: string;

/** Packs every public package as a release would, and installs the tarballs into a project that has nothing else. */
beforeAll(async () => {
  requireBuilt(packages.map(({ folder }) => folder));
  temporary = await mkdtemp(path.join(os.tmpdir(), "klingkit-packed-"));
  const env = { ...process.env, ...withNetwork };
  await packAll(temporary, env);
  project = path.join(temporary, "project");
  await mkdir(project);
  const dependencies = Object.fromEntries(
    packages.map(({ name, tarball }) => [name, `file:${path.join(temporary, tarball)}`]),
  );
  const manifest = { private: true, type: "module", dependencies, devDependencies: { "@types/node": "20.19.43" } };
  await writeFile(path.join(project, "package.json"), JSON.stringify(manifest));
  const install = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await execute("npm", install, { cwd: project, env, shell: process.platform === "win32" });
});

afterAll(() => rm(temporary, { recursive: true, force: true }));

describe.each(packages)("the tarball of $name", ({ name, folder, tarball }) => {
  const file = () => path.join(temporary, tarball);

  it("holds its licence, what was built and the sources of it, and no test or build state", async () => {
    const files = await filesIn(file());
    expect(files).toContain("LICENSE");
    const unwanted = /(^|\/)(tests?|fixtures|node_modules|\.turbo)\/|\.tsbuildinfo$|\.test\.|\.log$/;
    expect(files.filter((file) => unwanted.test(file))).toEqual([]);
    const expected =
      /^(package\.json|LICENSE|README\.md|AGENTS\.md|EVIDENCE\.md|control-api\.yaml|CHANGELOG\.md|THIRD-PARTY\.md|(dist|src|generated)\/.+)$/;
    expect(files.filter((file) => !expected.test(file))).toEqual([]);
  });

  it("leads from each declaration and each line of code to a source that it holds", async () => {
    const files = new Set(await filesIn(file()));
    const folder = path.join(project, "node_modules", name);
    const lost = [...files]
      .filter((file) => file.endsWith(".map"))
      .flatMap((file) => {
        const { sources, sourcesContent } = JSON.parse(readFileSync(path.join(folder, file), "utf8"));
        const isHeld = (source: string) => files.has(path.posix.join(path.posix.dirname(file), source));
        return sourcesContent ? [] : sources.filter((source: string) => !isHeld(source));
      });
    expect(lost).toEqual([]);
    const declared = [...files].filter((file) => file.startsWith("dist/") && file.endsWith(".d.ts"));
    expect(declared.filter((file) => !files.has(`${file}.map`))).toEqual([]);
  });

  it.runIf(name === "@klingkit/mock-server")(
    "holds the studio's page, and needs nothing of what it was made with",
    async () => {
      const { stdout } = await execute("tar", ["-tzf", file()]);
      const files = ["index.html", "studio.js", "studio.css", "icon.svg"].map((file) => `package/dist/studio/${file}`);
      expect(stdout.split("\n")).toEqual(expect.arrayContaining(files));
      const lock = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8"));
      expect(Object.keys(lock.packages).filter((place) => /preact|studio/.test(place))).toEqual([]);
    },
  );

  it("holds no path of the machine that built it", async () => {
    const { stdout } = await execute("tar", ["-xzOf", file()], { maxBuffer: 2 ** 28 });
    for (const folder of [root, os.homedir() === "/" ? root : `${os.homedir()}/`]) expect(stdout).not.toContain(folder);
  });

  it("says where it comes from once somebody owns the addresses, and not before", async () => {
    const { repository, homepage } = JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
    expect({ repository, homepage }).toEqual({
      repository: repositoryAddress === "" ? undefined : { type: "git", url: repositoryAddress, directory: folder },
      homepage: siteAddress === "" ? undefined : siteAddress,
    });
  });

  it("names nothing of the sources that tests import", async () => {
    const { stdout } = await execute("tar", ["-xzOf", file(), "package/package.json"]);
    const { exports, imports } = JSON.parse(stdout);
    const manifest = JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8"));
    expect({ exports, imports }).toEqual(withoutSources({ exports: manifest.exports, imports: manifest.imports }));
  });

  it("satisfies publint", async () => {
    const bytes = await readFile(file());
    const pack = { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) };
    const { messages, pkg } = await publint({ strict: true, pack });
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
  });

  it("has types that resolve in ES modules and bundlers", async () => {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(file()))));
    if (!checked.types) throw new Error("It has no types.");
    // Before Node 16, and in CommonJS without `require` of ES modules, they need not resolve.
    const elsewhere = ["node10", "node16-cjs"];
    const isOurs = (problem: Problem) => !("resolutionKind" in problem && elsewhere.includes(problem.resolutionKind));
    expect(checked.problems.filter(isOurs)).toEqual([]);
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
    const version = packages.find(({ name }) => name === "@klingkit/cli")?.version;
    expect((await command("klingkit", ["--version"])).stdout).toBe(`${version}\n`);
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

  it("stand under licences that an application may ship, and name what they hold of others", async () => {
    const allowed = /^(MIT|ISC|0BSD|BSD-[23]-Clause|Apache-2\.0|BlueOak-1\.0\.0)$/;
    const lock = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8"));
    const others = Object.entries<{ readonly license?: string }>(lock.packages)
      .filter(([place, { license = "" }]) => place !== "" && !allowed.test(license))
      .map(([place, { license }]) => `${place.replace("node_modules/", "")}: ${license}`);
    expect(others.filter((line) => !/^@img\/sharp-[\w-]+: (Apache-2\.0 AND )?LGPL-3\.0-or-later/.test(line))).toEqual(
      [],
    );

    const notices = await readFile(path.join(project, "node_modules/@klingkit/mock-server/THIRD-PARTY.md"), "utf8");
    const studio = JSON.parse(await readFile(path.join(root, "packages/studio/package.json"), "utf8"));
    for (const name of [...Object.keys(studio.dependencies), "sharp", "LGPL"]) expect(notices).toContain(name);
  });

  it("bring at most two packages along with the client", async () => {
    const lock = JSON.parse(await readFile(path.join(project, "package-lock.json"), "utf8"));
    const foreign = closure(lock.packages, "@klingkit/core").filter((name) => !name.startsWith("@klingkit/"));
    expect(foreign.length, foreign.join(", ")).toBeLessThanOrEqual(2);
  });

  it("compile in a strict TypeScript project that checks libraries too", async () => {
    await writeFile(path.join(project, "consumer.ts"), consumer);
    await compile("consumer", { file: "consumer.ts", types: ["node"] });
  });

  it("compile in CommonJS, which requires ES modules", async () => {
    await writeFile(path.join(project, "commonjs.cts"), commonjsConsumer);
    await compile("commonjs", { file: "commonjs.cts", types: ["node"] });
    const source = commonjsConsumer.replaceAll(/import (.*) = require/g, "const $1 = require");
    await writeFile(path.join(project, "commonjs.cjs"), source);
    const { stdout } = await execute(process.execPath, ["--no-warnings", "commonjs.cjs"], { cwd: project });
    expect(stdout).toBe("submitted\n");
  });

  it("compile for a browser, without Node's types", async () => {
    await writeFile(path.join(project, "browser.ts"), browserConsumer);
    await compile("browser", { file: "browser.ts", types: [] });
  });
});

describe("in a project that tests with Jest", () => {
  const jest = path.join(root, "tests/node_modules/jest/bin/jest.js");

  beforeAll(async () => {
    const modules = path.join(project, "node_modules");
    await mkdir(path.join(modules, "@jest"), { recursive: true });
    const fromOurs = { tests: ["ts-jest", "@jest/globals"], "packages/mock-server": ["expect"] };
    for (const [folder, names] of Object.entries(fromOurs))
      for (const name of names)
        await symlink(path.join(root, folder, "node_modules", name), path.join(modules, name), "junction");
  });

  it.each([
    { name: "jest-commonjs", flags: ["--experimental-vm-modules"] },
    { name: "ts-jest", flags: [] },
  ])("the recipe $name works", async ({ name, flags }) => {
    const folder = path.join(project, name);
    await cp(path.join(root, "packages/mock-server/examples", name), folder, { recursive: true });
    const { stderr } = await execute(process.execPath, [...flags, jest, "--rootDir", folder], { cwd: folder });
    expect(stderr).toMatch(/^Tests: +1 passed, 1 total$/m);
  });

  it("the matchers are typed", async () => {
    const example = await readFile(path.join(root, "packages/mock-server/examples/ts-jest/video.test.ts"), "utf8");
    const wrong = '// @ts-expect-error no count is a text\nexpect(1).toHaveReceived("text2video.submit", "1");\n';
    await writeFile(path.join(project, "matchers.ts"), `${example}${wrong}`);
    await compile("matchers", { file: "matchers.ts", types: ["node"] });
  });
});

describe("the packed command line", () => {
  describeCommandLine(() => binary("klingkit"));
  describeCompanyNetwork(() => binary("klingkit"));
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

const commonjsConsumer = `
import core = require("@klingkit/core");
import simulator = require("@klingkit/mock-server");

const kling = core.createKlingClient({ apiKey: "k", fetch: simulator.createMock().fetch });
kling.text2video
  .submit({ model_name: "kling-v3", prompt: "A boat" })
  .then(({ task_status }) => console.log(task_status));
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

/** The paths of a tarball's files, inside the package. */
async function filesIn(tarball: string): Promise<string[]> {
  const { stdout } = await execute("tar", ["-tzf", tarball]);
  return stdout
    .trim()
    .split("\n")
    .map((file) => file.replace("package/", ""));
}

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
async function compile(name: string, { file, types }: { readonly file: string; readonly types: readonly string[] }) {
  const compilerOptions = {
    ...{ noEmit: true, strict: true, skipLibCheck: false, target: "es2022", module: "nodenext", types },
    lib: ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
  };
  const config = path.join(project, `tsconfig.${name}.json`);
  await writeFile(config, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = path.join(root, "node_modules/typescript/bin/tsc");
  const result = await execute(process.execPath, [tsc, "-p", config], { cwd: project }).catch(
    (error: { readonly stdout?: string }) => error,
  );
  expect(result.stdout).toBe("");
}

/** What `exports` or `imports` come to when nobody asks for sources: "publishConfig" in package.json has to say it. */
function withoutSources(entries: unknown): unknown {
  if (typeof entries !== "object" || entries === null) return entries;
  const { "klingkit-source": source, ...rest } = entries as Record<string, unknown>;
  if (source !== undefined && Object.keys(rest).join() === "default") return rest.default;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, withoutSources(value)]));
}
