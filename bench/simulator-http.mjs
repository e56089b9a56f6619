// Submits a second over HTTP: the simulator beside other mocks of the same contract, and beside what bare servers can do at
// all. Each is alone on one core, the load on the other.
import { fileURLToPath } from "node:url";
import { load, requestBytes } from "./support/load.mjs";
import { fetchPeer } from "./support/peers.mjs";
import { cpuSeconds, firstAnswer, freePort, memory, pinSelf, startPinned } from "./support/processes.mjs";
import { isQuick, judge, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";
import { bodyOf, path } from "./support/submit.mjs";

const rounds = isQuick ? 2 : 5;
const seconds = isQuick ? 0.5 : 1.5;
const contract = fileURLToPath(new URL("../spec/generated/openapi.json", import.meta.url));
const here = (file) => fileURLToPath(new URL(file, import.meta.url));

const peer = (name, server, packages, more) => ({
  name,
  packages,
  args: (port, folder) => [here("support/peer-server.mjs"), server, port, folder],
  ...more,
});
const baseline = "Express 5, echo";
/** A history that a simulator may have that runs for long. */
const longHistory = 10_000;
/** As many as a list shows on its two longest pages. */
const shortHistory = 1_000;
const simulatorOf = (maxTasks) => (port) => [here("support/simulator.mjs"), port, JSON.stringify({ maxTasks })];
const servers = [
  { name: "klingkit's simulator, submit", args: simulatorOf(longHistory) },
  { name: baseline, args: (port) => [here("support/express-echo.mjs"), port] },
  { name: "node:http, echo", args: (port) => [here("support/node-echo.mjs"), port] },
  peer("Fastify with schema, echo", "fastify", ["fastify@5.12.8"]),
  peer("Hono, echo", "hono", ["hono@4.13.19", "@hono/node-server@2.1.9"]),
  {
    name: "Prism 5.14.2",
    args: (port) => [
      here("node_modules/@stoplight/prism-cli/dist/index.js"),
      ...["mock", "-m", "false", "-h", "127.0.0.1", "-p", port, "-v", "fatal", contract],
    ],
  },
  peer("openapi-backend 5.21 on Express", "openapiBackend", ["openapi-backend@5.21.2", "express@5.3.0"]),
  peer("@scalar/mock-server 0.3", "scalar", ["@scalar/mock-server@0.3.25", "@hono/node-server@1.19.14"]),
  peer("aimock 1.43, OpenAI video", "aimock", ["@copilotkit/aimock@1.43.0"], { path: "/v1/videos" }),
  {
    name: "Mockoon 9.9",
    packages: ["@mockoon/cli@9.9.0"],
    args: (port, folder) => [
      `${folder}/node_modules/@mockoon/cli/bin/run.js`,
      ...["start", "--data", contract, "--port", port, "--hostname", "127.0.0.1", "--disable-log-to-file"],
    ],
  },
];

let submitted = 0;
pinSelf();
const started = [];
for (const server of servers) started.push(await start(server));
const running = started.filter(({ problem }) => !problem);
for (const server of running) await warmUp(server);
const submits = await inRounds(running, { rounds }, (server) => perSecond(server, submit(server)));
const ratio = publish({
  title: "submits over HTTP",
  unit: "requests a second of one core",
  better: "more",
  baseline,
  subjects: started.map((server) => ({ ...server, values: submits.get(server) })),
});
const [simulator] = started;
const gets = await inRounds(["get", "submit"], { rounds }, async (what) =>
  perSecond(simulator, what === "get" ? await readOfNewTask(simulator) : submit(simulator)),
);
const reads = publish({
  title: "reads of the simulator",
  unit: "requests a second of one core",
  better: "more",
  baseline: "submit",
  subjects: [...gets].map(([name, values]) => ({ name, values })),
});
const short = await start({
  name: `klingkit's simulator, last ${shortHistory} tasks`,
  args: simulatorOf(shortHistory),
});
await warmUp(short);
publish({
  title: "memory after the load",
  unit: "MB",
  better: "less",
  baseline,
  subjects: [...started, short].map(({ child, ...server }) => ({ ...server, values: child && [memory(child)] })),
});

judge("submit over HTTP, over the Express echo", ratio(simulator.name), {
  atLeast: 4,
  reason: "node:http takes half of a submit's time; what the rest is for, decision 0018 says",
});
// The two that check a request as well.
judge("submit over HTTP, over Prism", ratio(simulator.name, "Prism 5.14.2"), {
  atLeast: 20,
  reason: "node:http alone takes 25 to 30 of the 37 µs that this would be",
});
judge("submit over HTTP, over openapi-backend", ratio(simulator.name, "openapi-backend 5.21 on Express"), {
  atLeast: 4,
});
judge("read over HTTP, over submit", reads("get"), { atLeast: 1 });
judge(`memory after the load, last ${shortHistory} tasks kept, MB`, memory(short.child), {
  atMost: 130,
  digits: 0,
  reason: "what V8 keeps swings by 15 MB: six samples of one process had 118 to 133; the table has the others'",
});
for (const { stop } of [...running, short]) await stop();

/** Starts a server and asks it once. @returns it, or why it does not run */
async function start({ name, packages = [], args, path: at = path }) {
  const folder = packages.length > 0 ? fetchPeer(packages) : undefined;
  if (packages.length > 0 && !folder) return { name, problem: "the registry does not give it" };
  const port = await freePort();
  const server = startPinned(args(String(port), folder), { NODE_ENV: "production" });
  const running = { name, path: at, port, ...server };
  try {
    await firstAnswer(port);
    await load({ port, next: submit(running), seconds: 0.1, connections: 1 });
    return running;
  } catch (error) {
    await server.stop();
    return { name, problem: String(error.message).split("\n")[0] };
  }
}

/** Until the engine has compiled what is hot: by requests, since a busy machine is slow to get there, but not for ever. */
async function warmUp(server) {
  let left = isQuick ? 1_000 : 30_000;
  for (let turn = 0; left > 0 && turn < 8; turn += 1)
    left -= (await load({ port: server.port, next: submit(server), seconds: isQuick ? 0.5 : 1 })).count;
}

/** Of a new task in each round: the submits of a round push older ones out of the history. */
async function readOfNewTask({ port }) {
  const read = requestBytes("GET", `${path}/${await submitOne(port)}`);
  return () => read;
}

/** Each submit is another one. */
function submit({ path: at }) {
  return () => requestBytes("POST", at, { body: { model: "sora-2", ...bodyOf(submitted++) } });
}

/** What a core of its own would answer, also where others take their share of this one. */
async function perSecond({ port, child }, next) {
  const before = cpuSeconds(child);
  const { perSecond: observed, count } = await load({ port, next, seconds });
  return before === undefined ? observed : count / (cpuSeconds(child) - before);
}

async function submitOne(port) {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { authorization: "Bearer bench-key", "content-type": "application/json" },
    body: JSON.stringify(bodyOf(`read-${submitted++}`)),
  });
  return (await answer.json()).data.task_id;
}
