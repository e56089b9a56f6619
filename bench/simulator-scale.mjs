// A million tasks, pictures by address: what each takes on the heap beyond the request's own body, and how long a GET and
// a list take over HTTP beside a simulator that holds a thousand.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { load, requestBytes } from "./support/load.mjs";
import { freePort, pinSelf, startPinned } from "./support/processes.mjs";
import { given, isQuick, judge, median, printTable } from "./support/report.mjs";
import { path } from "./support/submit.mjs";

const [small, large] = [1_000, Number(given[0] ?? 1_000_000)];
const rounds = isQuick ? 2 : 7;
const script = fileURLToPath(new URL("support/simulator.mjs", import.meta.url));

pinSelf();
const few = await start();
const many = await start();
await ask(few, { fill: small });
const { bytes: body } = await ask(many, { bodies: 50_000 });
// As a difference between two sizes, so that what does not grow with the tasks is left out.
await ask(many, { fill: large / 10 });
const { bytes: before } = await ask(many, { heap: true });
await ask(many, { fill: large - large / 10 });
const { bytes: after } = await ask(many, { heap: true });
const each = (after - before) / (large - large / 10);

const p50 = { few: { get: [], list: [] }, many: { get: [], list: [] } };
for (let round = -1; round < rounds; round += 1) {
  for (const [name, server] of Object.entries({ few, many })) {
    for (const [what, next] of Object.entries(server.requests ?? (await requestsFor(server)))) {
      const { p50: middle } = await load({ port: server.port, next, seconds: 0.7, connections: 2 });
      if (round >= 0) p50[name][what].push(middle);
    }
  }
}
for (const { stop } of [few, many]) await stop();

const ratioOf = (what) => median(p50.many[what].map((value, round) => value / p50.few[what][round]));
printTable([
  ["p50 over HTTP, µs", `${small} tasks`, `${large} tasks`],
  ...["get", "list"].map((what) => [what, ...[p50.few, p50.many].map((of) => Math.round(median(of[what]) * 1000))]),
]);
console.log(`heap a task: ${each.toFixed(0)} B, of it ${body.toFixed(0)} B the request's body`);
judge("heap a task beyond its body, in bytes", each - body, { atMost: 600, digits: 0 });
judge("GET among many tasks, over a thousand", ratioOf("get"), { atMost: 1.2 });
judge("list among many tasks, over a thousand", ratioOf("list"), { atMost: 1.2 });

async function start() {
  const port = await freePort();
  const server = startPinned(["--expose-gc", "--max-old-space-size=4096", script, String(port), '{"list":true}']);
  await once(server.child, "message");
  return { port, ...server };
}

async function ask({ child }, question) {
  child.send(question);
  const [answer] = await once(child, "message");
  return answer;
}

async function requestsFor(server) {
  const { ids } = await ask(server, { ids: 500 });
  let turn = 0;
  const list = requestBytes("GET", path);
  server.requests = {
    get: () => requestBytes("GET", `${path}/${ids[turn++ % ids.length]}`),
    list: () => list,
  };
  return server.requests;
}
