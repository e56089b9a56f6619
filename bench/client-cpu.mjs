// CPU time a call over loopback HTTP: klingkit's `get` beside openapi-fetch alone and beside a bare fetch with JSON.parse, and
// its `submit`, with an own id, its digest and its claim, beside openapi-fetch's POST.
// The server is a process of its own, so that only the client's work is counted. Blocks of each kind alternate.
import { fork } from "node:child_process";
import { createServer } from "node:http";
import process from "node:process";
import { createKlingClient } from "@klingkit/core";
import createClient from "openapi-fetch";
import { judge, median, printTable } from "./support/report.mjs";

const callsPerBlock = 400;
const rounds = 30;
const id = "842250903629086785";
const path = `/kling/v1/videos/image2video/${id}`;
const answer = JSON.stringify({
  code: 0,
  message: "SUCCEED",
  request_id: "6f1a2f0e-2c4c-4f5e-9a53-0f6f2d3c9a11",
  data: {
    task_id: id,
    task_status: "succeed",
    task_info: {},
    created_at: 1_800_000_000_000,
    updated_at: 1_800_000_090_000,
    task_result: {
      videos: [{ id: "842250903629086786", url: "https://cdn.example.com/v.mp4", duration: "5.1" }],
    },
  },
});

if (process.argv[2] === "serve") serve();
else await measure();

function serve() {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(answer);
  });
  server.listen(0, "127.0.0.1", () => process.send?.(server.address().port));
}

async function measure() {
  const server = fork(import.meta.filename, ["serve"]);
  try {
    const baseUrl = `http://127.0.0.1:${await new Promise((resolve) => server.once("message", resolve))}`;
    report(await cpuByKind(callsOf(baseUrl)));
    reportSubmits(await cpuByKind(submitsOf(baseUrl)));
  } finally {
    server.kill();
  }
}

/** The same query in each of the three ways. */
function callsOf(baseUrl) {
  const headers = { authorization: "Bearer sk-test-key" };
  const plain = createClient({ baseUrl });
  const kling = createKlingClient({ apiKey: "sk-test-key", baseUrl });
  return {
    "fetch + JSON.parse": async () => JSON.parse(await (await fetch(baseUrl + path, { headers })).text()).data,
    "openapi-fetch": async () =>
      (await plain.GET("/kling/v1/videos/image2video/{id}", { params: { path: { id } }, headers })).data.data,
    klingkit: () => kling.image2video.get(id),
  };
}

/** The same create in two ways. */
function submitsOf(baseUrl) {
  const headers = { authorization: "Bearer sk-test-key" };
  const plain = createClient({ baseUrl });
  const kling = createKlingClient({ apiKey: "sk-test-key", baseUrl });
  const body = {
    model_name: "kling-v2-6",
    image: "https://cdn.example.com/a.jpg",
    prompt: "The steam rises",
    mode: "std",
  };
  let count = 0;
  const named = () => {
    count += 1;
    return { ...body, external_task_id: `order-${count}` };
  };
  return {
    "openapi-fetch's POST": async () =>
      (await plain.POST("/kling/v1/videos/image2video", { body: named(), headers })).data.data,
    "klingkit's submit": () => kling.image2video.submit(named()),
  };
}

/** For each way, the blocks' times in microseconds of CPU a call. */
async function cpuByKind(calls) {
  const blocks = Object.fromEntries(Object.keys(calls).map((name) => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const [name, call] of rotated(Object.entries(calls), round)) {
      const before = process.cpuUsage();
      for (let count = 0; count < callsPerBlock; count += 1) {
        if ((await call()).task_id !== id) throw new Error(`${name} misread the answer.`);
      }
      const { user, system } = process.cpuUsage(before);
      // The first two rounds warm up.
      if (round >= 0) blocks[name].push((user + system) / callsPerBlock);
    }
  }
  return blocks;
}

/** Each has its turn at being first: a block also pays for the garbage of the one before. */
function rotated(items, round) {
  const start = (round + items.length) % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function report(blocks) {
  const medians = Object.entries(blocks).map(([name, times]) => [name, median(times)]);
  const { klingkit, "openapi-fetch": base, "fetch + JSON.parse": bare } = Object.fromEntries(medians);
  printTable([
    ["", "µs CPU a call", "of openapi-fetch", "of fetch + JSON.parse"],
    ...medians.map(([name, time]) => [name, time.toFixed(0), (time / base).toFixed(2), (time / bare).toFixed(2)]),
  ]);
  judge("CPU a call, of openapi-fetch", klingkit / base, { atMost: 1.15 });
}

function reportSubmits(blocks) {
  const [[, plain], [, submit]] = Object.entries(blocks).map(([name, times]) => [name, median(times)]);
  printTable([
    ["", "µs CPU a call", "of openapi-fetch"],
    ...Object.entries(blocks).map(([name, times]) => [
      name,
      median(times).toFixed(0),
      (median(times) / plain).toFixed(2),
    ]),
  ]);
  judge("CPU a submit, of openapi-fetch's POST", submit / plain, { atMost: 1.35 });
}
