import assert from "node:assert/strict";
import { createServer } from "node:http";
import { beforeEach, test } from "node:test";
import { makeVideo } from "./make-video.mjs";

const { KLINGKIT_BASE_URL: simulator } = process.env;

/** Asks the simulator's control API by its service's name. */
async function control(method, path, body) {
  const answer = await fetch(`${simulator}/__mock/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

beforeEach(() => control("POST", "reset"));

test("a video is made, can be fetched, and is charged once", async () => {
  const { video } = await makeVideo("A boat on a lake");
  const file = await fetch(video);
  assert.equal(file.headers.get("content-type"), "video/mp4");
  assert.ok((await file.arrayBuffer()).byteLength > 1_000);
  const { charges, total } = await control("GET", "ledger");
  assert.equal(charges.length, 1);
  assert.ok(total > 0);
});

test("a refused prompt is told to the user, and costs nothing", async () => {
  await control("POST", "rules", { prefer: "scenario=risk-control" });
  const { problem } = await makeVideo("Something unkind");
  assert.match(problem, /^No video this time: .*risk control/);
  assert.equal((await control("GET", "ledger")).total, 0);
});

test("callbacks reach the app", async () => {
  const told = [];
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => response.end());
    told.push(request.url);
  }).listen(0);
  const { port } = receiver.address();
  const headers = { authorization: "Bearer any-key" };
  const body = JSON.stringify({ model_name: "kling-v2-6", prompt: "A boat", callback_url: `http://test:${port}/done` });
  await fetch(`${simulator}/kling/v1/videos/text2video`, { method: "POST", headers, body });
  await control("POST", "clock", { advance: 60_000 });
  while (told.length < 3) await new Promise((resolve) => setTimeout(resolve, 20));
  receiver.close();
  assert.deepEqual(told, ["/done", "/done", "/done"]);
});
