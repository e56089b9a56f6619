// CPU time a call over loopback HTTP: klingkit's `get` beside openapi-fetch alone and beside a bare fetch with JSON.parse, and
// its `submit`, with an own id, its digest and its claim, beside openapi-fetch's POST.
// The server is a process of its own, so that only the client's work is counted.
import { fork } from "node:child_process";
import { createServer } from "node:http";
import process from "node:process";
import { createKlingClient } from "@klingkit/core";
import createClient from "openapi-fetch";
import { isQuick, judge, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";

// Short blocks in many rounds: what slows the machine for a second slows every way alike.
const callsPerBlock = 50;
const rounds = isQuick ? 40 : 240;
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
    const calls = await measured("get over loopback HTTP", callsOf(baseUrl));
    // See docs/decisions/0010.
    const reason = "each call has a signal of its own that ends it, and is kept from caches";
    judge("CPU a call, of openapi-fetch", calls("klingkit"), { atMost: 1.15, reason });
    const submits = await measured("submit over loopback HTTP", submitsOf(baseUrl));
    judge("CPU a submit, of openapi-fetch's POST", submits("klingkit"), { atMost: 1.35, reason });
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
    "openapi-fetch": async () =>
      (await plain.POST("/kling/v1/videos/image2video", { body: named(), headers })).data.data,
    klingkit: () => kling.image2video.submit(named()),
  };
}

/** Prints the processor time of a call in each way. @returns the ratios */
async function measured(title, calls) {
  const values = await inRounds(Object.keys(calls), { rounds, warmUp: 2 }, async (name) => {
    const before = process.cpuUsage();
    for (let count = 0; count < callsPerBlock; count += 1) {
      if ((await calls[name]()).task_id !== id) throw new Error(`${name} misread the answer.`);
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / callsPerBlock;
  });
  const subjects = [...values].map(([name, times]) => ({ name, values: times }));
  return publish({ title, unit: "µs of processor time a call", better: "less", baseline: "openapi-fetch", subjects });
}
