// Fifty requests a second on one connection, idle and while MP4s are rendered in the worker: how late the latest are.
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort, startPinned } from "./support/processes.mjs";
import { isQuick, judge, median, printTable } from "./support/report.mjs";
import { bodyOf, path as submitPath } from "./support/submit.mjs";

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const picture = readFileSync(here("../examples/coffee.png")).toString("base64");
const cache = mkdtempSync(path.join(os.tmpdir(), "klingkit-bench-"));
const headers = { authorization: "Bearer bench-key", "content-type": "application/json" };
const rounds = isQuick ? 2 : 5;

const port = await freePort();
const options = JSON.stringify({ render: "fast", timing: { submittedMs: 0, processingMs: 0 } });
// On any core, as people run it: the worker needs one of its own.
const { child, stop } = startPinned(
  [here("support/simulator.mjs"), String(port), options],
  { KLINGKIT_CACHE_DIR: cache },
  false,
);
await once(child, "message");

const idle = [];
const busy = [];
let rendered = 0;
await steadyRequests(() => false);
for (let round = 0; round < rounds; round += 1) {
  idle.push(p99(await steadyRequests((sent) => sent < 200)));
  const rendering = render(round);
  let done = false;
  rendering.finally(() => {
    done = true;
  });
  busy.push(p99(await steadyRequests((sent) => !done || sent < 50)));
  rendered += await rendering;
}
await stop();
rmSync(cache, { recursive: true, force: true });

const [quiet, loaded] = [median(idle), median(busy)];
printTable([
  ["p99 at 50 requests a second, ms", "median", "worst"],
  ["idle", quiet.toFixed(1), Math.max(...idle).toFixed(1)],
  ["while an MP4 renders", loaded.toFixed(1), Math.max(...busy).toFixed(1)],
]);
console.log(`${rounds} videos, ${(rendered / rounds / 1000).toFixed(0)} kB each`);
judge("p99 while rendering, in ms", loaded, { atMost: Number(Math.max(quiet * 2, quiet + 20).toFixed(1)), digits: 1 });

/** Submits a picture and fetches the video made from it. @returns its bytes */
async function render(number) {
  const body = JSON.stringify({
    ...bodyOf(`video-${number}`),
    image: picture,
    duration: "10",
    prompt: `take ${number}`,
  });
  const { task_id } = (await json(await fetch(`${origin()}${submitPath}`, { method: "POST", headers, body }))).data;
  await sleep(5);
  const task = await json(await fetch(`${origin()}${submitPath}/${task_id}`, { headers }));
  return (await (await fetch(task.data.task_result.videos[0].url)).arrayBuffer()).byteLength;
}

function origin() {
  return `http://127.0.0.1:${port}`;
}

async function json(answer) {
  if (answer.status !== 200) throw new Error(await answer.text());
  return answer.json();
}

/** One request every 20 ms on one connection. @returns latencies in milliseconds, from when each was due */
async function steadyRequests(goesOn) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const latencies = [];
  const started = performance.now();
  const under = [];
  for (let sent = 0; goesOn(sent); sent += 1) {
    const due = started + sent * 20;
    await sleep(Math.max(0, due - performance.now()));
    under.push(get(agent).then(() => latencies.push(performance.now() - Math.max(due, started))));
  }
  await Promise.all(under);
  agent.destroy();
  return latencies;
}

function get(agent) {
  return new Promise((resolve, reject) => {
    http
      .get(`${origin()}${submitPath}/1`, { agent, headers: { authorization: "Bearer steady" } }, (answer) => {
        answer.resume();
        answer.on("end", resolve);
      })
      .on("error", reject);
  });
}

function p99(latencies) {
  const sorted = [...latencies].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * 0.99)] ?? 0;
}
