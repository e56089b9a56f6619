import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { setImmediate } from "node:timers/promises";
import { type AnyTask, createKlingClient } from "@klingkit/core";
import { createMock, type Mock } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { createServer as createExpressServer } from "../examples/recipes/src/express-server.js";
import { createServer as createHonoServer } from "../examples/recipes/src/hono-server.js";
import { createLambdaHandlers } from "../examples/recipes/src/lambda.js";
import { startVideoWorker, videoQueue } from "../examples/recipes/src/queue-worker.js";
import { createVideoFunctions } from "../examples/recipes/src/serverless.js";
import { createUserBudgets } from "../examples/recipes/src/user-budgets.js";
import { startRedis } from "./support/redis-server.mjs";
import { runFromSources } from "./support/source-process.js";
import { skipWithout } from "./support/tools.js";

const image = "https://example.com/picture.jpg";
const callbackKey = "a secret of the tests";
const quick = { reads: [1, 1] } as const;
const lostAnswer = { match: { verb: "submit" }, prefer: "fault=reset-after-accept", times: 1 } as const;

/** A simulator whose callbacks are handed to a function, and a client of it. */
function world(receive: (request: Request) => Promise<Response> = async () => new Response(null, { status: 204 })) {
  const mock = createMock({
    progress: quick,
    allowCallbackHosts: ["videos.example.com"],
    callbackFetch: (input, init) => receive(new Request(input, init)),
  });
  return { mock, kling: createKlingClient({ apiKey: "anything", fetch: mock.fetch }) };
}

const json = (url: string, body: object) =>
  new Request(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

describe("a server", () => {
  type Send = (request: Request) => Promise<Response>;
  interface Options {
    readonly kling: ReturnType<typeof createKlingClient>;
    readonly onEnd: (order: string, status: string) => void;
  }
  const publicUrl = "https://videos.example.com";
  const express = async (options: Options): Promise<Send> => {
    const server = createHttpServer(createExpressServer({ ...options, publicUrl, callbackKey })).listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const { port } = server.address() as { readonly port: number };
    return async (request) => {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "POST" ? { body: await request.arrayBuffer() } : {};
      const { method, headers } = request;
      return fetch(`http://127.0.0.1:${port}${pathname}${search}`, { method, headers, ...body });
    };
  };
  const hono = async (options: Options): Promise<Send> => {
    const app = createHonoServer({ ...options, publicUrl, callbackKey });
    return async (request) => app.fetch(request);
  };

  it.each([
    ["Express", express],
    ["Hono", hono],
  ])("with %s pays once for an order that is sent twice, and hears of its end by the webhook", async (_name, start) => {
    const ends: string[] = [];
    let send: Send = async () => new Response(null, { status: 500 });
    const { mock, kling } = world((request) => send(request));
    send = await start({ kling, onEnd: (order, status) => void ends.push(`${order} ${status}`) });
    mock.rules.add(lostAnswer);
    const answers = [];
    for (const _ of [1, 2]) {
      const answer = await send(json(`${publicUrl}/videos`, { order: "17", image }));
      answers.push({ status: answer.status, ...((await answer.json()) as { id: string }) });
    }
    const [first] = answers;
    expect(answers).toEqual([
      { status: 202, id: first?.id },
      { status: 202, id: first?.id },
    ]);
    expect(mock.ledger.charges).toHaveLength(1);
    for (let status = ""; status !== "succeed"; ) {
      const answer = await send(new Request(`${publicUrl}/videos/${first?.id}`));
      ({ status } = (await answer.json()) as { readonly status: string });
    }
    await expect.poll(() => ends).toEqual(["order-17 succeed"]);
    const refused = await send(json(`${publicUrl}/videos`, { order: "not an id", image }));
    expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([400, "invalid-input"]);
  });

  it("hears of the end of a task whatever the server's word for it is", async () => {
    const ends: string[] = [];
    let send: Send = async () => new Response(null, { status: 500 });
    const { mock, kling } = world((request) => send(request));
    mock.rules.add({ match: { verb: "submit" }, prefer: "scenario=succeeded-alias" });
    send = await hono({ kling, onEnd: (order, status) => void ends.push(`${order} ${status}`) });
    const { id } = (await (await send(json(`${publicUrl}/videos`, { order: "17", image }))).json()) as { id: string };
    for (let status = ""; status !== "succeeded"; ) ({ task_status: status } = await kling.image2video.get(id));
    await expect.poll(() => ends).toEqual(["order-17 succeeded"]);
  });

  it("takes no callback without the token", async () => {
    const { kling } = world();
    const send = await hono({ kling, onEnd: () => expect.unreachable() });
    const answer = await send(json(`${publicUrl}/webhooks/kling`, { task_id: "1", task_status: "succeed" }));
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});

/** The serverless recipe on a simulator whose callbacks are all refused. */
function serverless(save: Parameters<typeof createVideoFunctions>[0]["save"]) {
  const { mock } = world(async () => new Response(null, { status: 500 }));
  const publicUrl = "https://videos.example.com";
  return {
    mock,
    functions: createVideoFunctions({ apiKey: "anything", fetch: mock.fetch, publicUrl, callbackKey, save }),
  };
}

it("serverless functions submit in one request, and the sweep saves what no callback told of", async () => {
  const saved: string[] = [];
  const { mock, functions } = serverless(
    async ({ external_task_id, task_status }) => void saved.push(`${external_task_id} ${task_status}`),
  );
  const answer = await functions.submit(json("https://videos.example.com/videos", { order: "7", prompt: "A boat" }));
  expect(answer.status).toBe(202);
  for (const _ of [1, 2]) await functions.sweep();
  expect(saved).toEqual(["order-7 succeed"]);
  expect(mock.ledger.charges).toHaveLength(1);
});

it("serverless functions lose no outcome that could not be saved, and none because of another task's failure", async () => {
  const saved: string[] = [];
  let isDown = true;
  const { functions } = serverless(async ({ external_task_id, task_status }) => {
    if (isDown && external_task_id === "order-1") throw new Error("the database is down");
    saved.push(`${external_task_id} ${task_status}`);
  });
  for (const order of ["1", "2"])
    await functions.submit(
      json("https://videos.example.com/videos", { order, prompt: "[[scenario=succeeded-alias]]" }),
    );
  await expect(functions.sweep()).rejects.toThrow("1 tasks could not be finished.");
  expect(saved).toEqual(["order-2 succeeded"]);
  isDown = false;
  await functions.sweep();
  await functions.sweep();
  expect(saved).toEqual(["order-2 succeeded", "order-1 succeeded"]);
});

type LambdaEvent = Parameters<ReturnType<typeof createLambdaHandlers>["http"]>[0];

/** As an API Gateway and a function's address hand a request over; bodies may come as base64. */
async function eventOf(request: Request): Promise<LambdaEvent> {
  const { pathname: rawPath, search, hostname } = new URL(request.url);
  const { method } = request;
  const event = {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString: search.slice(1),
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()).toString("base64"),
    isBase64Encoded: true,
    requestContext: { domainName: hostname, http: { method, path: rawPath } },
  };
  return event as unknown as LambdaEvent;
}

describe("functions on AWS Lambda", () => {
  const publicUrl = "https://videos.example.com";

  it("take orders and webhooks as events with base64 bodies, and have saved before a webhook is answered", async () => {
    const saved: string[] = [];
    const savedAtAnswer: number[] = [];
    const { mock, kling } = world(async (request) => {
      const { statusCode } = await functions.http(await eventOf(request));
      savedAtAnswer.push(saved.length);
      return new Response(null, { status: statusCode });
    });
    const save = async ({ external_task_id, task_status }: AnyTask) => {
      await setImmediate();
      saved.push(`${external_task_id} ${task_status}`);
    };
    const functions = createLambdaHandlers({ apiKey: "anything", fetch: mock.fetch, publicUrl, callbackKey, save });
    const order = await eventOf(json(`${publicUrl}/videos`, { order: "17", prompt: "Ein Boot → 🚤" }));
    const answers = [await functions.http(order), await functions.http(order)];
    const [id, again] = answers.map(({ body }) => JSON.parse(body).id as string);
    expect([answers[0]?.statusCode, again]).toEqual([202, id]);
    expect(mock.requests.list().some(({ body }) => body?.includes("Ein Boot → 🚤"))).toBe(true);
    for (let status = ""; status !== "succeed"; ) ({ task_status: status } = await kling.text2video.get(id ?? ""));
    await expect.poll(() => savedAtAnswer.at(-1)).toBe(1);
    expect(saved).toEqual(["order-17 succeed"]);
    expect(mock.ledger.charges).toHaveLength(1);
  });

  it("refuse a webhook without the token", async () => {
    const { mock } = world();
    const save = async () => expect.unreachable();
    const { http } = createLambdaHandlers({ apiKey: "anything", fetch: mock.fetch, publicUrl, callbackKey, save });
    const forged = json(`${publicUrl}/webhooks/kling?family=text2video`, { task_id: "1", task_status: "succeed" });
    expect((await http(await eventOf(forged))).statusCode).toBe(401);
  });
});

const redis = skipWithout("redis-server");
it.skipIf(redis.skip)(
  `a queue worker makes one video of a job whose first answer is lost, and none of one that is refused${redis.note}`,
  async () => {
    const server = await startRedis();
    const connection = { host: "127.0.0.1", port: Number(new URL(server.url).port), maxRetriesPerRequest: null };
    const { mock, kling } = world();
    mock.rules.add(lostAnswer);
    const queue = videoQueue(connection);
    const worker = startVideoWorker({ kling, connection, pollMs: 20 });
    const ended = new Promise<string>((resolve) => worker.on("completed", (_, task) => resolve(task.task_status)));
    const failed = new Promise<string>((resolve) => worker.on("failed", (_, error) => resolve(error.message)));
    // CometAPI has been seen to say `succeeded`.
    const prompt = "[[scenario=succeeded-alias]] A boat on a lake";
    await queue.add("video", { order: "17", prompt }, { jobId: "order-17" });
    await queue.add("video", { order: "18", prompt: "[[code=1301]]" }, { jobId: "order-18" });
    expect(await ended).toBe("succeeded");
    expect(await failed).not.toBe("");
    expect(mock.ledger.charges).toHaveLength(1);
    await worker.close();
    await queue.close();
    await server.stop();
  },
);

it("each user has a budget of their own", async () => {
  const { mock } = world();
  const budgets = createUserBudgets({
    apiKey: "anything",
    fetch: mock.fetch,
    dollarsEach: 0.3,
    spentBefore: async (user) => (user === "old" ? 0.2 : 0),
  });
  const submit = async (user: string) =>
    (await budgets.of(user)).kling.text2video.submit({ model_name: "kling-v2-6", prompt: "A boat" });
  await submit("new");
  await expect(submit("old")).rejects.toHaveProperty("code", "over-budget");
  await expect(submit("new")).rejects.toHaveProperty("code", "over-budget");
  expect(mock.ledger.charges).toHaveLength(1);
  expect((await budgets.of("new")).budget.spent).toBeGreaterThan(0);
});

it("a user is not locked out for good where the database could not say what they have spent", async () => {
  let isDown = true;
  const budgets = createUserBudgets({
    apiKey: "anything",
    dollarsEach: 1,
    spentBefore: async () => {
      if (isDown) throw new Error("the database is down");
      return 0.25;
    },
  });
  await expect(budgets.of("ann")).rejects.toThrow("the database is down");
  isDown = false;
  expect((await budgets.of("ann")).budget.spent).toBe(0.25);
});

it("events go to a log without key and prompt, and into the span of the generation they belong to", async () => {
  // In a process of its own: here Node would take OpenTelemetry's build for bundlers, which it can't read.
  const { stdout } = await runFromSources(
    `
    import { createKlingClient } from "@klingkit/core";
    import { createMock } from "@klingkit/mock-server";
    import { context } from "@opentelemetry/api";
    import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
    import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
    import { addToSpan, logTo, traced } from "../../examples/recipes/src/observability.js";

    const logged = [];
    const write = (event, text) => logged.push([text, event]);
    const log = logTo({ warn: write, debug: write });
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const mock = createMock({ progress: { reads: [1, 1] } });
    mock.rules.add({ match: { verb: "submit" }, prefer: "code=1302", times: 1 });
    const onEvent = (event) => { log(event); addToSpan(event); };
    const kling = createKlingClient({ apiKey: "a-secret-key", fetch: mock.fetch, onEvent, retry: { firstDelayMs: 1 } });
    const body = { model_name: "kling-v2-6", prompt: "A boat on a lake" };
    await traced(provider.getTracer("tests"), "animate", () => kling.text2video.generate(body));
    const spans = exporter.getFinishedSpans().map(({ name, events }) => [name, events.map((event) => event.name)]);
    console.log(JSON.stringify({ logged, spans }));`,
    [],
  );
  const printed = await text(stdout);
  const { logged, spans } = JSON.parse(printed) as { logged: [string, unknown][]; spans: [string, string[]][] };
  expect(logged.map(([line]) => line)).toContain("kling retry");
  expect(spans).toEqual([["animate", expect.arrayContaining(["kling.request", "kling.retry", "kling.status"])]]);
  expect(printed).not.toMatch(/a-secret-key|A boat on a lake/);
});

describe("the Next.js app", () => {
  let folder = "";
  let server: Awaited<ReturnType<typeof startMockServer>>;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "klingkit-next-"));
    server = await startMockServer({ port: 0, render: "none", progress: quick });
    vi.stubEnv("COMETAPI_KEY", "anything");
    vi.stubEnv("KLINGKIT_BASE_URL", server.url);
    vi.stubEnv("KLING_TASKS", path.join(folder, "tasks"));
    vi.resetModules();
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.close();
    await rm(folder, { recursive: true });
  });

  it("makes one video of an order by its route handlers, and tells how it is doing", async () => {
    const { POST } = await import("../examples/nextjs/app/api/videos/route.js");
    const { GET } = await import("../examples/nextjs/app/api/videos/[id]/route.js");
    server.mock.rules.add({ match: { verb: "submit" }, prefer: "scenario=succeeded-alias" });
    const send = () => POST(json("http://app.invalid/api/videos", { order: "17", image }));
    const { id } = (await (await send()).json()) as { readonly id: string };
    expect(((await (await send()).json()) as { readonly id: string }).id).toBe(id);
    expect(server.mock.ledger.charges).toHaveLength(1);
    const look = async () =>
      (await GET(new Request("http://app.invalid/"), { params: Promise.resolve({ id }) })).json();
    let video = (await look()) as { readonly status: string; readonly url: string | null };
    while (video.status === "running") video = (await look()) as typeof video;
    expect(video.status).toBe("ready");
    expect(video.url).toMatch(/^http:\/\/127\.0\.0\.1/);
    const missing = await GET(new Request("http://app.invalid/"), { params: Promise.resolve({ id: "1" }) });
    expect(missing.status).toBe(502);
  });

  it("animates a picture of a form by its server action", async () => {
    const { animate } = await import("../examples/nextjs/app/actions.js");
    const form = new FormData();
    expect(await animate({}, form)).toEqual({ problem: "Choose a picture." });
    const bytes = await readFile(path.resolve(import.meta.dirname, "../examples/rocket.jpg"));
    form.set("picture", new Blob([bytes], { type: "image/jpeg" }));
    form.set("order", "18");
    const started = await animate({}, form);
    expect(started.id).toMatch(/^\d+$/);
    expect(await animate({}, form)).toEqual(started);
    expect(server.mock.ledger.charges).toHaveLength(1);
  });

  it("shows a form on its page", async () => {
    // React's own JSX, which this folder's settings do not know.
    const page = new URL("../examples/nextjs/app/page.tsx", import.meta.url).href;
    const { default: Page } = (await import(page)) as { readonly default: object };
    const require = createRequire(page);
    const { createElement } = require("react") as { createElement(type: object): object };
    const { renderToString } = require("react-dom/server") as { renderToString(element: object): string };
    expect(renderToString(createElement(Page))).toMatch(/<input type="file"[^>]*name="picture"/);
  });
});

const python = skipWithout("python3");
describe.skipIf(python.skip)(`the back end in Python${python.note}`, () => {
  async function run(mock: Mock, url: string, database: string, environment: NodeJS.ProcessEnv = {}) {
    const script = path.resolve(import.meta.dirname, "../examples/python/paid_once.py");
    const env = {
      ...process.env,
      KLINGKIT_BASE_URL: url,
      COMETAPI_KEY: "anything",
      POLL_SECONDS: "0.01",
      VIDEOS_DB: database,
      ...environment,
    };
    const child = spawn("python3", [script, "17", "A boat on a lake"], { env, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, charges: mock.ledger.charges.length };
  }

  it("pays once where the answer is lost, and once more never for the same order", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-python-"));
    await using server = await startMockServer({ port: 0, render: "none", progress: quick });
    server.mock.rules.add(lostAnswer);
    const database = path.join(folder, "videos.sqlite");
    const first = await run(server.mock, server.url, database);
    expect(first).toEqual({ out: expect.stringMatching(/^http/), err: "", charges: 1 });
    expect(await run(server.mock, server.url, database)).toEqual(first);
    await rm(folder, { recursive: true });
  });

  it.each(["html-200", "truncated-json", "cut-body", "code-in-200", "rate-limit"])(
    "pays once and gets its video where creates and queries meet %s",
    async (fault) => {
      await using server = await startMockServer({ port: 0, render: "none", progress: quick });
      for (const verb of ["submit", "get"] as const)
        server.mock.rules.add({ match: { verb }, prefer: `fault=${fault}`, times: 1 });
      const { out, err, charges } = await run(server.mock, server.url, ":memory:");
      expect({ out, err, charges }).toEqual({ out: expect.stringMatching(/^http/), err: "", charges: 1 });
    },
  );

  it("sends a refused order again, and stops where nobody can tell", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "klingkit-python-"));
    await using server = await startMockServer({ port: 0, render: "none", progress: quick });
    server.mock.rules.add({ match: { verb: "submit" }, prefer: "code=1302", times: 1 });
    const refused = await run(server.mock, server.url, path.join(folder, "refused.sqlite"));
    expect(refused).toEqual({ out: expect.stringMatching(/^http/), err: "", charges: 1 });
    await using blind = await startMockServer({ port: 0, render: "none", externalIdLookup: false });
    blind.mock.rules.add(lostAnswer);
    const database = path.join(folder, "unknown.sqlite");
    for (const _ of [1, 2]) {
      const { err, charges } = await run(blind.mock, blind.url, database);
      expect({ err, charges }).toEqual({ err: expect.stringMatching(/OutcomeUnknown/), charges: 1 });
    }
    await rm(folder, { recursive: true });
  });
});
