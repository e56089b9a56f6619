// `npm run test:consumers`: programs as users have them, with the packed packages: each is type-checked, built and makes a
// video on the simulator. What they are built with is fetched into a cache. Names as arguments choose some. The programs
// are in tests/consumers.
import { execFile, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { fetchPackages } from "./fetched.mjs";
import { packAll, publishedPackages } from "./packages.mjs";

const root = path.resolve(import.meta.dirname, "..");
/** Not below node_modules, where Next.js would take a program for a package, and its TypeScript for JavaScript. */
const cache = path.join(root, ".cache", "consumers");
const tarballs = path.join(cache, "tarballs");
const sources = path.join(root, "tests", "consumers");
const node = process.execPath;
const types = ["typescript@5.9.3", "@types/node@20.19.43"];
const jest = ["@types/jest@30.0.0", "@jest/globals@30.5.2", "expect@30.5.2"];
/** The smallest TypeScript that is promised, and the two newest majors. */
const compilers = ["5.7.3", "6.0.3", "7.0.2"];
const resolutions = [
  { module: "nodenext", moduleResolution: "nodenext" },
  { module: "node16", moduleResolution: "node16" },
  { module: "esnext", moduleResolution: "bundler" },
];

/** Each with the packages it needs besides, and what has to work; it says its task's status at the end. */
const consumers = [
  ...compilers.map((version) => ({
    name: `types ${version}`,
    source: "types",
    packages: [`typescript@${version}`, "@types/node@20.19.43", "@types/express@5.0.6", ...jest],
    run: compileEverywhere,
  })),
  ...["4.1.0", "5.1.2"].map((version) => ({
    name: `vitest ${version}`,
    source: "vitest",
    packages: [`vitest@${version}`, "typescript@7.0.2", "@types/node@26.6.7"],
    run: inVitest,
  })),
  { name: "express 4", source: "express", packages: ["express@4.21.1"], run: (at) => program(at, "server.mjs") },
  { name: "express 5", source: "express", packages: ["express@5.3.0"], run: (at) => program(at, "server.mjs") },
  { name: "hono", source: "hono", packages: ["hono@4.13.19"], run: bundled },
  { name: "worker", source: "worker", packages: ["miniflare@4.20260426.0"], run: inWorkerd },
  { name: "vite", source: "vite", packages: ["vite@7.3.8", ...types], run: inChromium },
  {
    name: "next",
    source: "next",
    packages: ["next@15.5.29", "react@19.2.9", "react-dom@19.2.9", "@types/react@19.2.6", ...types],
    run: inNext,
  },
];

mkdirSync(cache, { recursive: true });
await packAll(tarballs);
const ours = publishedPackages().map(({ tarball }) => `file:${path.join(tarballs, tarball)}`);
const chosen = process.argv.slice(2);
const outcomes = [];
for (const consumer of consumers.filter(({ name }) => chosen.length === 0 || chosen.includes(name))) {
  const outcome = await outcomeOf(consumer);
  outcomes.push(outcome);
  console.log(`${outcome}: ${consumer.name}`);
}
process.exit(outcomes.length === 0 || outcomes.some((outcome) => outcome.startsWith("FAIL")) ? 1 : 0);

async function outcomeOf({ name, source, packages, run }) {
  const folder = path.join(cache, name.replaceAll(" ", "-"));
  // The tarballs' names do not change with what they hold.
  rmSync(path.join(folder, "fetched"), { force: true });
  rmSync(path.join(folder, "package-lock.json"), { force: true });
  if (!fetchPackages(folder, [...ours, ...packages])) return "not run, its packages could not be fetched";
  cpSync(path.join(sources, source), folder, { recursive: true });
  try {
    const said = await run(folder);
    return said.trim().endsWith("succeed") ? "ok" : `FAIL, it said "${said.trim()}"`;
  } catch (error) {
    return `FAIL, ${`${error.stdout ?? ""}${error.stderr ?? ""}` || error.stack}`;
  }
}

async function program(folder, ...args) {
  const { stdout } = await promisify(execFile)(node, args, { cwd: folder, timeout: 300_000, maxBuffer: 2 ** 26 });
  return stdout;
}

/** Strict, libraries' types included, under each way of finding modules. */
async function compileEverywhere(folder) {
  for (const resolution of resolutions) {
    const lib = ["ES2023", "ESNext.Disposable", "DOM", "DOM.Iterable", "DOM.AsyncIterable"];
    const strict = { strict: true, noEmit: true, skipLibCheck: false, target: "es2022", types: ["node", "jest"], lib };
    writeFileSync(
      path.join(folder, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: { ...strict, ...resolution },
        files: ["consumer.ts", "jest-global.ts", "jest-globals.ts"],
      }),
    );
    await program(folder, "node_modules/typescript/bin/tsc", "-p", ".");
  }
  return "succeed";
}

/** The matchers' types as well as the tests; a refusal of any ends it. */
async function inVitest(folder) {
  await program(folder, "node_modules/typescript/bin/tsc", "-p", ".");
  await program(folder, "node_modules/vitest/vitest.mjs", "run");
  return "succeed";
}

async function bundled(folder) {
  const outfile = path.join(folder, "server.mjs");
  const options = { bundle: true, platform: "node", format: "esm", packages: "external" };
  await build({ entryPoints: [path.join(folder, "server.ts")], outfile, ...options });
  return program(folder, "server.mjs");
}

async function inWorkerd(folder) {
  const conditions = ["workerd", "worker", "browser"];
  const options = { bundle: true, format: "esm", conditions, write: false };
  const { outputFiles } = await build({ entryPoints: [path.join(folder, "worker.ts")], ...options });
  const { Miniflare } = createRequire(path.join(folder, "package.json"))("miniflare");
  const modules = [{ type: "ESModule", path: "worker.mjs", contents: outputFiles[0].text }];
  const miniflare = new Miniflare({ modules, compatibilityDate: "2026-04-01" });
  try {
    return await (await miniflare.dispatchFetch("http://worker.invalid/")).text();
  } finally {
    await miniflare.dispose();
  }
}

async function inChromium(folder) {
  await program(folder, "node_modules/typescript/bin/tsc", "-p", ".");
  await program(folder, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn");
  const server = serve(path.join(folder, "dist"));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { chromium } = createRequire(path.join(root, "tests", "package.json"))("playwright-core");
  const executablePath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction("document.querySelector('output').textContent !== ''", undefined, { timeout: 120_000 });
    return await page.textContent("output");
  } finally {
    await browser.close();
    server.close();
  }
}

function serve(folder) {
  const kinds = { ".html": "text/html", ".js": "text/javascript" };
  return createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://page.invalid");
    const file = path.join(folder, pathname === "/" ? "index.html" : pathname);
    if (!existsSync(file)) return response.writeHead(404).end();
    response.setHeader("content-type", kinds[path.extname(file)] ?? "application/octet-stream");
    response.end(readFileSync(file));
  });
}

/** Builds, starts and asks the route handler; Next looks for newer versions of itself unless it is told not to. */
async function inNext(folder) {
  const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  const next = path.join(folder, "node_modules", "next", "dist", "bin", "next");
  await promisify(execFile)(node, [next, "build"], { cwd: folder, env, timeout: 600_000, maxBuffer: 2 ** 26 });
  const server = spawn(node, [next, "start", "--port", "0", "--hostname", "127.0.0.1"], { cwd: folder, env });
  try {
    const url = await new Promise((resolve, reject) => {
      let printed = "";
      server.once("exit", () => reject(new Error(printed)));
      server.stdout.on("data", (chunk) => {
        printed += chunk;
        const [found] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
        if (found && printed.includes("Ready")) resolve(found);
      });
    });
    const page = await (await fetch(url)).text();
    if (!page.includes("families")) throw new Error(`The page says ${page.slice(0, 500)}`);
    return (await (await fetch(`${url}/api/video`, { method: "POST" })).json()).status;
  } finally {
    server.kill();
  }
}
