import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createService } from "../examples/service/service.mjs";

const picture = path.resolve(import.meta.dirname, "../examples/coffee.png");
type Simulator = Awaited<ReturnType<typeof startMockServer>>;

let folder: string;
let simulator: Simulator;
let open: { readonly service: ReturnType<typeof createService>; readonly server: Server; readonly url: string };

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "klingkit-service-"));
  simulator = await startMockServer({ port: 0, render: "none", timing: { submittedMs: 100, processingMs: 200 } });
  await start();
});

afterEach(async () => {
  await stop();
  await simulator.close();
  await rm(folder, { recursive: true });
});

it("makes a video of an uploaded picture, and pays for it once", async () => {
  const job = await (await upload("ann")).json();
  expect(job).toMatchObject({ user: "ann", status: "open", usd: 0.21 });
  expect(await ended(job.id)).toMatchObject({ status: "ready" });
  const video = await (await ask("ann", `/videos/${job.id}/file`)).arrayBuffer();
  expect(Buffer.from(video).toString("latin1", 4, 8)).toBe("ftyp");
  expect(simulator.mock.ledger.charges).toHaveLength(1);
});

it("hears of the end by a callback", async () => {
  const job = await (await upload("ann")).json();
  await ended(job.id);
  const deliveries = simulator.mock.callbacks.deliveries.filter(({ status }) => status === "succeed");
  expect(deliveries).toMatchObject([{ outcome: "taken" }]);
});

it("goes on after a restart with what was open, without a second charge", async () => {
  const job = await (await upload("ann")).json();
  await expect.poll(() => simulator.mock.ledger.charges.length).toBe(1);
  await stop();
  await start();
  expect(await ended(job.id)).toMatchObject({ status: "ready" });
  expect(simulator.mock.ledger.charges).toHaveLength(1);
});

it("keeps a job open whose video was made and could not be stored or asked for", async () => {
  const place = await mkdtemp(path.join(folder, "elsewhere-"));
  const job = await (await upload("ann")).json();
  // Something else is in the video's place, so that it can't be stored.
  await mkdir(path.join(folder, `${job.id}.mp4`, "in the way"), { recursive: true });
  const state = async () => (await ask("ann", `/videos/${job.id}`)).json();
  await expect.poll(async () => (await state()).note, { timeout: 30_000 }).toMatch(/\.mp4/);
  expect(await state()).toMatchObject({ status: "open" });
  await stop();
  await rename(path.join(folder, `${job.id}.mp4`), path.join(place, "moved"));
  await start();
  expect(await ended(job.id)).toMatchObject({ status: "ready" });
  expect(simulator.mock.ledger.charges).toHaveLength(1);
});

it("keeps each user within a budget, and gives back what failed", async () => {
  const failed = await (await upload("ann", "[[scenario=risk-control]]")).json();
  expect(await ended(failed.id)).toMatchObject({ status: "failed", note: expect.stringContaining("risk") });
  expect((await upload("ann")).status).toBe(202);
  expect((await upload("ann")).status).toBe(202);
  const refused = await upload("ann");
  expect(refused.status).toBe(402);
  expect(await refused.json()).toEqual({ error: "Your budget of $0.5 is spent." });
  expect((await upload("bob")).status).toBe(202);
});

it("refuses what is no picture before anything is paid for", async () => {
  const answer = await ask("ann", "/videos", {
    method: "POST",
    headers: { "content-type": "image/png" },
    body: "text",
  });
  expect(answer.status).toBe(400);
  expect((await answer.json()).error).toMatch(/image/);
  expect(simulator.mock.requests.count).toBe(0);
});

it("shows nobody the videos of others", async () => {
  const job = await (await upload("ann")).json();
  expect((await ask("bob", `/videos/${job.id}`)).status).toBe(404);
  await ended(job.id);
  expect((await ask("bob", `/videos/${job.id}/file`)).status).toBe(404);
});

it("is under 150 lines, comments included", async () => {
  const folder = path.resolve(import.meta.dirname, "../examples/service");
  const files = (await readdir(folder)).filter((file) => file.endsWith(".mjs"));
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  expect(texts.join("").split("\n").length).toBeLessThan(150);
});

/** On a port that is known before, so that callbacks find it. */
async function start(): Promise<void> {
  const server = createServer((request, response) => open.service.app(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const kling = { apiKey: "any", baseUrl: simulator.url };
  const service = createService({ kling, folder, budget: 0.5, publicUrl: url, callbackKey: "a key of 16 and more" });
  open = { service, server, url };
}

async function stop(): Promise<void> {
  await open.service.close();
  open.server.closeAllConnections();
  await new Promise((resolve) => open.server.close(resolve));
}

function ask(user: string, place: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${open.url}${place}`, { ...init, headers: { ...init.headers, "x-user": user } });
}

async function upload(user: string, prompt = "The steam rises"): Promise<Response> {
  const body = new Uint8Array(await readFile(picture));
  const headers = { "content-type": "image/png" };
  return ask(user, `/videos?prompt=${encodeURIComponent(prompt)}`, { method: "POST", headers, body });
}

/** The job once it has ended, as its user sees it. */
async function ended(id: string) {
  const job = async () => (await ask("ann", `/videos/${id}`)).json();
  await expect.poll(async () => (await job()).status, { timeout: 30_000 }).not.toBe("open");
  return job();
}
