// What the client does, wherever it runs: no test library and nothing of Node's in here or in what it imports.
import {
  AbortedError,
  ConnectionError,
  createKlingClient,
  createLimiter,
  download,
  InputError,
  type KlingClient,
  type KlingClientOptions,
  type KlingEvent,
  keyPair,
  type MediaInput,
  RefusedError,
  SubmitOutcomeUnknownError,
  TaskFailedError,
  WaitTimeoutError,
  watch,
} from "@klingkit/core";
import { callbackUrl, createCallbackHandler, createCallbackWaiter } from "@klingkit/core/callbacks";
import { prepare } from "@klingkit/core/inputs";
import { preflight } from "@klingkit/core/preflight";
import { createBudget, estimate } from "@klingkit/core/pricing";
import { createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { expectEqual, expectError, expectTrue } from "./expect.js";

/** What a runtime can reach besides itself. */
export interface Surroundings {
  /** A simulator on this machine; undefined where the runtime can't reach one. */
  readonly serverUrl?: string | undefined;
  /** An address on this machine where nothing listens. */
  readonly closedUrl?: string | undefined;
}

/** One thing the client does. Returns why it could not be shown here, else nothing; throws where it is not so. */
export type Behaviour = (surroundings: Surroundings) => Promise<string | undefined> | Promise<void>;

const body = { model_name: "kling-v3", prompt: "A heron" } as const;
const picture = "https://example.com/picture.png";

/** A client and its simulator, in this runtime, under a clock that moves as soon as somebody sleeps. */
function world(options: MockOptions = {}, settings: Partial<KlingClientOptions> = {}) {
  let time = 1_800_000_000_000;
  const mock = createMock({ clock: new MockClock(() => time), ...options });
  const clock = {
    now: () => time,
    async sleep(ms: number, signal?: AbortSignal) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 0));
      signal?.throwIfAborted();
      time += ms;
    },
    // Nothing is too late here.
    after: () => () => {},
  };
  const events: KlingEvent[] = [];
  const onEvent = (event: KlingEvent) => void events.push(event);
  const dialect = options.dialect ?? "cometapi";
  const common = { apiKey: "sk-test-key", dialect, fetch: mock.fetch, clock, onEvent };
  // Whether it takes bytes depends on the settings, as the types can't tell here.
  const client = createKlingClient({ ...common, ...settings }) as KlingClient<MediaInput>;
  return { client, mock, clock, events, charges: () => mock.ledger.charges.length };
}

export const behaviours: Readonly<Record<string, Behaviour>> = {
  async "generates, telling each status"() {
    const { client, charges } = world();
    const seen: string[] = [];
    const task = await client.text2video.generate(body, { onStatus: ({ task_status }) => void seen.push(task_status) });
    expectEqual([seen[0], seen.at(-1), task.task_status, charges()], ["submitted", "succeed", "succeed", 1]);
  },

  async "adopts the task when the answer to a create is lost, and pays once"() {
    const { client, mock, charges, events } = world({ dialect: "kling" });
    mock.rules.add({ match: { method: "POST" }, prefer: "fault=reset-after-accept", times: 1 });
    const task = await client.text2video.submit(body);
    expectEqual([task.task_id, charges()], [mock.ledger.charges[0]?.taskId, 1]);
    expectTrue(
      events.some(({ type }) => type === "recovery"),
      "it looked for the task",
    );
  },

  async "says that nobody can tell where that is so, with the handle"() {
    const { client, mock, charges } = world({ externalIdLookup: false });
    mock.rules.add({ match: { method: "POST" }, prefer: "fault=reset-after-accept", times: 1 });
    const error = await expectError(client.text2video.submit(body), SubmitOutcomeUnknownError);
    expectEqual([error.handle?.family, charges()], ["text2video", 1]);
  },

  async "waits through faults"() {
    const { client, mock } = world();
    const task = await client.text2video.submit(body);
    for (const fault of ["html-502", "truncated-json", "empty-body", "reset-before"])
      mock.rules.add({ match: { method: "GET" }, prefer: `fault=${fault}`, times: 1 });
    expectEqual((await client.text2video.wait(task)).task_status, "succeed");
  },

  async "knows its errors by their classes and codes"() {
    const { client } = world();
    const refused = await expectError(client.text2video.get("1"), RefusedError);
    expectEqual(refused.code, "task-not-found");
    await expectError(client.text2video.get("../1"), InputError);
    const failing = { ...body, prompt: "[[scenario=risk-control]]" };
    expectEqual(
      (await expectError(client.text2video.generate(failing), TaskFailedError)).code,
      "task-failed-risk-control",
    );
    const stuck = await client.text2video.submit({ ...body, prompt: "[[scenario=stuck]]" });
    await expectError(client.text2video.wait(stuck, { timeoutMs: 60_000 }), WaitTimeoutError);
  },

  async "ends at once when it is aborted, with the caller's reason"() {
    const controller = new AbortController();
    const { client } = world({}, { fetch: () => new Promise(() => {}) });
    const call = client.text2video.get("1", { signal: controller.signal });
    controller.abort("enough");
    expectEqual((await expectError(call, AbortedError)).cause, "enough");
  },

  async "downloads a result, and goes on after a cut"() {
    const { client, mock } = world();
    const task = await client.text2video.generate(body);
    const whole = await (await download(client, task)).blob();
    mock.rules.add({ match: { verb: "result" }, prefer: "fault=cut-body", times: 1 });
    const again = await (await download(client, task)).blob();
    expectEqual([again.size, again.type], [whole.size, "video/mp4"]);
    expectEqual(new Uint8Array(await again.arrayBuffer()), new Uint8Array(await whole.arrayBuffer()));
  },

  async "watches many tasks to their ends, by the list where there is one"() {
    for (const dialect of ["cometapi", "kling"] as const) {
      const { client } = world({ dialect });
      const tasks = await Promise.all(Array.from({ length: 20 }, () => client.text2video.submit(body)));
      const ended = new Set<unknown>();
      for await (const change of watch(client, tasks, { requestsPerSecond: 50 }))
        if (change.ended) ended.add(change.handle.task_id);
      expectEqual(ended.size, 20);
    }
  },

  async "keeps under the account's cap"() {
    const limiter = createLimiter({ tasks: 2 });
    const { client, mock } = world({ accounts: { "sk-test-key": { parallelTasks: 2 } } }, { limiter });
    await Promise.all(Array.from({ length: 6 }, () => client.text2video.generate(body)));
    expectEqual(mock.requests.list().filter(({ status }) => status === 429).length, 0);
  },

  async "refuses what costs too much before it is sent"() {
    const request = { ...body, mode: "std", duration: "5" } as const;
    const usd = estimate("text2video", request).usd ?? 0;
    const { client, charges } = world({}, { budget: createBudget({ budget: usd }) });
    await client.text2video.submit(request);
    expectEqual((await expectError(client.text2video.submit(request), InputError)).code, "over-budget");
    expectEqual(charges(), 1);
  },

  async "checks requests and pictures before they are sent"() {
    const { client, mock } = world({}, { prepare, preflight });
    await expectError(client.text2video.submit({ ...body, duration: "77" } as never), InputError);
    const page = new Blob(["<!doctype html>"]);
    await expectError(client.image2video.submit({ model_name: "kling-v2-6", image: page }), InputError);
    expectEqual(mock.requests.list().length, 0);
  },

  async "hears of a task's end by callback, and confirms it"() {
    const waiter = createCallbackWaiter();
    const key = "a-key-of-at-least-some-length-0123456789";
    const { client } = world();
    const confirmed: boolean[] = [];
    const receive = createCallbackHandler({
      client,
      token: key,
      onTask: (task, report) => {
        confirmed.push(report.confirmed);
        waiter.onTask(task, report);
      },
    });
    const handle = { family: "text2video", external_task_id: "order-1" };
    const address = await callbackUrl("https://example.com/hook", { ...handle, key });
    const task = await client.text2video.generate({ ...body, external_task_id: "order-1" });
    const told = waiter.next(handle);
    const send = (url: string) => receive(new Request(url, { method: "POST", body: JSON.stringify(task) }));
    expectEqual([(await send(address)).status, (await told).task_status, confirmed], [204, "succeed", [true]]);
    expectTrue((await send("https://example.com/hook")).status >= 400, "a callback without a token is refused");
  },

  async "signs in with a pair of keys"() {
    const apiKey = keyPair({ accessKey: "test-access-key", secretKey: "test-secret-key" });
    const { client } = world({ dialect: "kling" }, { apiKey });
    expectEqual((await client.text2video.submit(body)).task_status, "submitted");
  },

  async "generates and downloads over HTTP"({ serverUrl }) {
    if (serverUrl === undefined) return "no server on this machine can be reached";
    const client = createKlingClient({ apiKey: "k", baseUrl: serverUrl });
    const task = await client.image2video.generate({ model_name: "kling-v2-6", image: picture });
    const { size, type } = await (await download(client, task)).blob();
    expectTrue(size > 0, "the file has bytes");
    expectEqual([task.task_status, type], ["succeed", "video/mp4"]);
    return undefined;
  },

  async "says so where nothing listens, and never that a task may exist unless it may"({ closedUrl }) {
    if (closedUrl === undefined) return "no address on this machine can be reached";
    const client = createKlingClient({ apiKey: "k", baseUrl: closedUrl, retry: { attempts: 1 } });
    await expectError(client.text2video.get("1"), ConnectionError);
    const error: unknown = await client.text2video.submit(body).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    const isKnown = error instanceof ConnectionError && error.neverSent;
    expectTrue(isKnown || error instanceof SubmitOutcomeUnknownError || error instanceof RefusedError, String(error));
    return undefined;
  },
};
