// A simulator on the given port: validation, state, ledger and request log as always; nothing is rendered unless the
// options say so. Told so by its parent, it fills itself with tasks and says what its heap holds.
import { startMockServer } from "@klingkit/mock-server/node";
import { bodyOf, path, sampleOf } from "./submit.mjs";

const [port, options = "{}"] = process.argv.slice(2);
const { mock } = await startMockServer({ port: Number(port), render: "none", ...JSON.parse(options) });
process.send?.({ ready: true });

const query = new URLSearchParams();
const headers = { authorization: "Bearer bench-key", "content-type": "application/json" };

process.on("message", async ({ fill, bodies, heap, ids }) => {
  if (fill) for (let left = fill; left > 0; left -= 1) await submit();
  if (bodies) process.send({ bytes: heapOf(() => Array.from({ length: bodies }, () => JSON.parse(text()))) / bodies });
  else if (heap) process.send({ bytes: heapUsed() });
  else if (ids) process.send({ ids: sampleOf([...mock.tasks.newestFirst()], ids).map(({ id }) => id) });
  else process.send({ done: true });
});

function text() {
  return JSON.stringify(bodyOf(mock.tasks.size));
}

async function submit() {
  const answer = await mock.handle({ method: "POST", path, query, headers, body: text(), origin: "http://127.0.0.1" });
  if (answer.status !== 200) throw new Error(answer.body);
}

/** Bytes on the heap that what is made takes while it is held. */
function heapOf(make) {
  const before = heapUsed();
  const held = make();
  const after = heapUsed();
  return held.length > 0 ? after - before : 0;
}

function heapUsed() {
  for (let times = 0; times < 3; times += 1) globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
