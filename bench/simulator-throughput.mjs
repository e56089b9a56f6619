// Requests a second of the simulator, an Express echo and Prism: each alone on one core, the load on the other.
// In process: submits a second through `mock.handle`, against a stub that only builds a Response.
import { fileURLToPath } from "node:url";
import { createMock } from "@klingkit/mock-server";
import { load, requestBytes } from "./support/load.mjs";
import { cpuSeconds, firstAnswer, freePort, pinSelf, startPinned } from "./support/processes.mjs";
import { judge, median, printTable } from "./support/report.mjs";
import { bodyOf, path } from "./support/submit.mjs";

const rounds = 5;
const seconds = 2;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

let submits = 0;
const body = () => bodyOf(submits++);
const submit = () => requestBytes("POST", path, { body: body() });

pinSelf();
const servers = {
  simulator: await start((port) => [here("support/simulator.mjs"), port]),
  express: await start((port) => [here("support/express-echo.mjs"), port], { NODE_ENV: "production" }),
  node: await start((port) => [here("support/node-echo.mjs"), port]),
  prism: await start((port) => [
    here("node_modules/@stoplight/prism-cli/dist/index.js"),
    ...["mock", "-m", "false", "-h", "127.0.0.1", "-p", port, "-v", "fatal"],
    here("../spec/generated/openapi.json"),
  ]),
};
const task = await submitOne(servers.simulator.port);
const get = requestBytes("GET", `${path}/${task}`);

const runs = { get: [], simulator: [], express: [], node: [], prism: [] };
await warmUp();
for (let round = 0; round < rounds; round += 1) {
  for (const name of ["simulator", "express", "node", "prism", "get"]) {
    const { port, child } = servers[name === "get" ? "simulator" : name];
    const before = cpuSeconds(child);
    const { perSecond, count } = await load({ port, next: name === "get" ? () => get : submit, seconds });
    // What a core of its own would answer, also where others take their share of this one.
    const used = before === undefined ? undefined : cpuSeconds(child) - before;
    runs[name].push(used === undefined ? perSecond : count / used);
  }
}
for (const { stop } of Object.values(servers)) await stop();

const ratio = (table, one, other) => median(table[one].map((value, round) => value / table[other][round]));
const inProcess = await measureInProcess();
const figures = (values) => [median(values), Math.min(...values)].map((value) => Math.round(value));
printTable([
  ["requests a second of one core", "median", "worst"],
  ["simulator, POST submit", ...figures(runs.simulator)],
  ["simulator, GET task", ...figures(runs.get)],
  ["Express 5 + express.json() echo", ...figures(runs.express)],
  ["bare node:http echo", ...figures(runs.node)],
  ["Prism 5.14.2, POST submit", ...figures(runs.prism)],
  ["in process: mock.handle", ...figures(inProcess.handle)],
  ["in process: a stub that builds a Response", ...figures(inProcess.stub)],
  ["in process: parse, keep and answer, nothing else", ...figures(inProcess.least)],
  ["in process, the task id read: mock.handle", ...figures(inProcess.handleRead)],
  ["in process, the task id read: the stub", ...figures(inProcess.stubRead)],
]);
judge("submit, over the Express echo", ratio(runs, "simulator", "express"), { atLeast: 3 });
printTable([["the most node:http allows, over Express", ratio(runs, "node", "express").toFixed(2)]]);
judge("submit, over Prism", ratio(runs, "simulator", "prism"), { atLeast: 4 });
judge("GET, over POST", ratio(runs, "get", "simulator"), { atLeast: 1 });
judge("mock.handle, over the stub, task id read", ratio(inProcess, "handleRead", "stubRead"), { atLeast: 1 });
judge("mock.handle, over the stub, answer unread", ratio(inProcess, "handle", "stub"), { atLeast: 1 });

async function start(args, env) {
  const port = await freePort();
  const server = startPinned(args(String(port)), env);
  await firstAnswer(port);
  return { port, ...server };
}

/** Until the engine has compiled what is hot: by requests, since a busy machine is slow to get there. */
async function warmUp() {
  for (const [name, { port }] of Object.entries(servers)) {
    let left = name === "prism" ? 1_000 : 30_000;
    while (left > 0) left -= (await load({ port, next: submit, seconds: 1 })).count;
  }
}

async function submitOne(port) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer bench-key", "content-type": "application/json" },
    body: JSON.stringify(body()),
  });
  return (await answer.json()).data.task_id;
}

async function measureInProcess() {
  const mock = createMock();
  const query = new URLSearchParams();
  const headers = { authorization: "Bearer bench-key", "content-type": "application/json" };
  const origin = "https://mock.klingkit.invalid";
  let kept;
  const handle = () => mock.handle({ method: "POST", path, query, headers, body: JSON.stringify(body()), origin });
  const stub = async (_url, _init) =>
    new Response(
      JSON.stringify({ code: 0, message: "SUCCEED", data: { task_id: String(submits), task_status: "submitted" } }),
      {
        status: 200,
        headers: { "content-type": "application/json" },
      },
    );
  const ask = () => stub(`https://api.example.com${path}`, { method: "POST", headers, body: JSON.stringify(body()) });
  const calls = {
    handle,
    stub: ask,
    handleRead: async () => JSON.parse((await handle()).body).data.task_id,
    stubRead: async () => (await (await ask()).json()).data.task_id,
    least: async () => leastAnswer(kept, JSON.stringify(body())),
  };
  const results = { handle: [], stub: [], least: [], handleRead: [], stubRead: [] };
  for (let round = -1; round < rounds; round += 1) {
    for (const [name, call] of Object.entries(calls)) {
      mock.reset();
      kept = { byId: new Map(), byOwnId: new Map(), charges: [] };
      const perSecond = await callsPerSecond(call);
      if (round >= 0) results[name].push(perSecond);
    }
  }
  return results;
}

/** What no simulator that remembers its tasks can do without: no key, no rule, no price, no log. */
function leastAnswer({ byId, byOwnId, charges }, text) {
  const request = JSON.parse(text);
  const { external_task_id } = request;
  const id = String(840_000_000_000 + submits);
  const at = Date.now();
  const plan = { createdAt: at, startsAt: at + 600.5, endsAt: at + 3_000.5 };
  const task = { id, operation: "image2video", account: "account-1", externalTaskId: external_task_id, request, plan };
  byId.set(id, task);
  byOwnId.set(external_task_id, task);
  charges.push({ at, taskId: id, units: 1.5 });
  const info = { task_info: { external_task_id }, created_at: at, updated_at: at };
  const data = { task_id: id, task_status: "submitted", ...info };
  return JSON.stringify({ code: 0, message: "success", data });
}

async function callsPerSecond(call) {
  const started = performance.now();
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() - started < 1_000) {
    for (let index = 0; index < 100; index += 1) await call();
    calls += 100;
  }
  const { user, system } = process.cpuUsage(before);
  return (calls * 1e6) / (user + system);
}
