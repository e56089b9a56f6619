// 100 000 fuzzed requests: no error that was not asked for, no crash, no hang, answers that the contract knows, memory
// back to its level. Usage: npm run bench -- simulator-fuzz [requests] [seed]
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import vm from "node:vm";
import { createMock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { build } from "esbuild";
import { given } from "./support/report.mjs";

const [count = 100_000, seed = 1] = given.map(Number);
const { Draw, playInProcess, playRaw, RequestMaker } = await loadFuzzer();
setFlagsFromString("--expose-gc");
const collect = vm.runInNewContext("gc");
const limits = { maxTasks: 1_000, maxRequests: 100, maxDeliveries: 100, maxPictureBytes: 1024 * 1024 };
const rows = [];
let problems = 0;

for (const dialect of ["cometapi", "kling"]) {
  const mock = createMock({ dialect, ...limits });
  const inProcess = new RequestMaker(new Draw(seed), dialect);
  await run(`in process, ${dialect}`, count * 0.4, { mock, play: (times) => playInProcess(mock, inProcess, times) });
  const server = await startMockServer({ dialect, port: 0, render: "none", ...limits });
  const overSockets = new RequestMaker(new Draw(seed + 1), dialect);
  const port = Number(new URL(server.url).port);
  await run(`sockets, ${dialect}`, count * 0.1, {
    mock: server.mock,
    play: (times) => playRaw(port, overSockets, times),
  });
  await server.close();
}
console.table(rows);
console.log(problems === 0 ? "PASS" : `FAIL: ${problems} answers were wrong`);
process.exitCode = problems === 0 && rows.every((row) => row["MB left"] < 8) ? 0 : 1;

/** Warms up with a tenth, then measures. */
async function run(name, requests, { mock, play }) {
  await report(await play(requests / 10));
  const before = heapAfter(mock);
  const start = performance.now();
  await report(await play(requests - requests / 10));
  const seconds = (performance.now() - start) / 1000;
  const left = (heapAfter(mock) - before) / 2 ** 20;
  rows.push({ run: name, requests, seconds: Number(seconds.toFixed(1)), "MB left": Number(left.toFixed(2)) });
}

function report(found) {
  problems += found.length;
  for (const problem of found.slice(0, 5)) console.error(problem);
}

function heapAfter(mock) {
  mock.reset();
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** The fuzzer of the tests, which is TypeScript. */
async function loadFuzzer() {
  const outfile = fileURLToPath(new URL(".simulator-fuzz.mjs", import.meta.url));
  const entry = fileURLToPath(new URL("../packages/mock-server/test/fuzz/index.ts", import.meta.url));
  const external = ["@klingkit/*"];
  await build({ entryPoints: [entry], outfile, bundle: true, format: "esm", platform: "node", external });
  try {
    return await import(outfile);
  } finally {
    rmSync(outfile);
  }
}
