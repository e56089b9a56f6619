// Prism as a validating proxy between the client and the simulator: in a run over every family and call with the
// contract's own examples, and over families × error codes × scenarios, it must find no violation.
// Usage: npm run bench -- prism-proxy
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { createKlingClient } from "@klingkit/core";
import { scenarios } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { calls, dialectPath, families } from "@klingkit/spec";
import { gatewayErrors, nullCodeErrors, serviceErrors, taskLayerErrors } from "@klingkit/spec/catalogue";
import { checkRequest } from "@klingkit/spec/rules";
import { freePort } from "./support/processes.mjs";

const contract = createRequire(import.meta.url)("@klingkit/spec/openapi.json");
const folder = mkdtempSync(path.join(tmpdir(), "klingkit-prism-"));
const errors = [
  ...serviceErrors.map(({ code }) => String(code)),
  ...[...gatewayErrors, ...taskLayerErrors, ...nullCodeErrors].map(({ name }) => name),
];
const rows = [];
let violations = 0;
let count = 0;

for (const dialect of ["cometapi", "kling"]) {
  const server = await startMockServer({ dialect, port: 0, render: "none", discontinued: "accept" });
  const prism = await startPrism(dialect, server.url);
  try {
    await run(dialect, { mock: server.mock, baseUrl: prism.url });
  } finally {
    prism.process.kill();
    await server.close();
  }
}
rmSync(folder, { recursive: true });
console.table(rows);
console.log(violations === 0 ? "PASS" : `FAIL: ${violations} violations`);
process.exitCode = violations === 0 ? 0 : 1;

/** Submits each family's examples, reads them while they wait and when they have ended, lists them, makes every call. */
async function run(dialect, { mock, baseUrl }) {
  await proveThatPrismLooks(dialect, baseUrl);
  const seen = { answers: 0, refusals: 0 };
  const kling = createKlingClient({ apiKey: "test-key", dialect, baseUrl, fetch: watching(dialect, seen) });
  for (const family of Object.values(families)) {
    for (const body of examplesOf(family, dialect)) await live(kling[family.name], { body, mock, seen });
    if (dialect === "kling" && family.list) await attempt(() => kling[family.name].list(), seen);
  }
  for (const call of Object.values(calls).filter(({ dialects }) => dialects.includes(dialect)))
    for (const body of examplesOf(call, dialect)) await attempt(() => kling[call.name](body), seen);
  for (const family of Object.values(families)) await goWrong(family, { dialect, mock, baseUrl, seen });
  rows.push({ dialect, ...seen, violations });
}

/** Every error of the catalogue, and every scenario from its submit to its end, asked for without the client. */
async function goWrong(family, { dialect, mock, baseUrl, seen }) {
  const [body] = examplesOf(family, dialect);
  const address = `${baseUrl}${dialectPath(family.path, dialect)}`;
  const headers = { authorization: "Bearer k", "content-type": "application/json" };
  const send = watching(dialect, seen);
  const submit = async (prefer) => {
    mock.rules.add({ prefer, match: { verb: "submit" }, times: 1 });
    const answer = await send(address, { method: "POST", headers, body: JSON.stringify(own(body)) });
    return answer.json().catch(() => undefined);
  };
  for (const code of errors) await submit(`code=${code}`);
  for (const scenario of Object.keys(scenarios)) {
    const id = (await submit(`scenario=${scenario}`))?.data?.task_id;
    for (const pause of id ? [0, 60_000] : []) {
      mock.clock.advance(pause);
      await send(`${address}/${id}`, { headers });
    }
  }
}

/** One task from its submit to its end. */
async function live(family, { body, mock, seen }) {
  const task = await attempt(() => family.submit(body), seen);
  for (const pause of task ? [0, 1_000, 60_000] : []) {
    mock.clock.advance(pause);
    await attempt(() => family.get(task), seen);
  }
}

/** A run without violations shows something only if there could be some. */
async function proveThatPrismLooks(dialect, baseUrl) {
  const headers = { authorization: "Bearer k", "content-type": "application/json" };
  const address = `${baseUrl}${dialectPath(families.text2video.path, dialect)}`;
  const answer = await fetch(address, { method: "POST", headers, body: '{"prompt": 5}' });
  if (!answer.headers.has("sl-violations")) throw new Error("Prism let an illegal request through without a word.");
}

/** A refusal is an answer too: Prism has looked at it. */
async function attempt(send, seen) {
  try {
    return await send();
  } catch (error) {
    if (error?.code === undefined) throw error;
    seen.refusals += 1;
    console.error(`${error.code}: ${error.message}`);
    return undefined;
  }
}

/** Counts answers, and says what Prism has found about them. */
function watching(dialect, seen) {
  return async (input, init) => {
    const response = await fetch(input, init);
    seen.answers += 1;
    const found = JSON.parse(response.headers.get("sl-violations") ?? "[]");
    const url = new URL(input instanceof Request ? input.url : input);
    for (const { location, message } of found) {
      violations += 1;
      console.error(`${dialect} ${response.status} ${url.pathname}: ${location.join(".")}: ${message}`);
    }
    return response;
  };
}

/** What the contract's examples ask for, where it is legal in the dialect; without examples, what must be in the query. */
function examplesOf({ name, path: operationPath }, dialect) {
  const operation = contract.paths[operationPath].post ?? contract.paths[operationPath].get;
  const examples = Object.values(operation.requestBody?.content["application/json"].examples ?? {});
  if (examples.length === 0) return [requiredQuery(operation)];
  const legal = examples
    .map(({ $ref, value }) => own(value ?? contract.components.examples[$ref.split("/").at(-1)].value))
    .filter(
      (body) =>
        !checkRequest(name, body, { dialect, discontinued: "accept" }).some(({ severity }) => severity === "refuse"),
    );
  if (legal.length === 0) throw new Error(`No example of ${name} is legal in the dialect ${dialect}.`);
  return legal;
}

function requiredQuery({ parameters = [] }) {
  const all = parameters.map(({ $ref }) => contract.components.parameters[$ref.split("/").at(-1)]);
  return Object.fromEntries(all.filter(({ required }) => required).map(({ name }) => [name, Date.now()]));
}

/** Ids of one's own must not repeat, and nobody listens for callbacks. */
function own({ callback_url: _, ...body }) {
  count += 1;
  return body.external_task_id === undefined ? body : { ...body, external_task_id: `own-${count}` };
}

/** Prism with the contract as the dialect writes its paths. */
async function startPrism(dialect, upstream) {
  const paths = Object.entries(contract.paths).map(([name, item]) => [dialectPath(name, dialect), item]);
  const file = path.join(folder, `${dialect}.json`);
  writeFileSync(file, JSON.stringify({ ...contract, servers: [{ url: "/" }], paths: Object.fromEntries(paths) }));
  const port = await freePort();
  const bin = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
  const args = [bin, "proxy", file, upstream, "--port", String(port), "--host", "127.0.0.1"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`Prism ended with ${code}.`)));
    child.stdout.on("data", (text) => /listening/i.test(String(text)) && resolve());
  });
  return { process: child, url: `http://127.0.0.1:${port}` };
}
