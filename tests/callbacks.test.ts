import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type AnyTask, type Clock, createKlingClient, type KlingClient } from "@klingkit/core";
import { type CallbackReport, callbackUrl, createCallbackHandler } from "@klingkit/core/callbacks";
import { toNodeHandler } from "@klingkit/core/node";
import { callbackFaults, createMock, MockClock, type MockOptions } from "@klingkit/mock-server";
import { startMockServer } from "@klingkit/mock-server/node";
import type { Dialect } from "@klingkit/spec";
import { describe, expect, it } from "vitest";

const key = "a-key-for-tests-0123456789";
const secret = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";
const own = "shot-042";
const image = "https://example.com/picture.jpg";

function frozenClock(): MockClock {
  const clock = new MockClock(() => 1_795_000_000_000);
  clock.freeze();
  return clock;
}

/** The simulator's time for a client that never has to sleep: a sleep ends with its signal alone. */
const wakeless = (clock: MockClock): Clock => ({
  now: () => clock.now(),
  sleep: (_, signal) =>
    new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true })),
  after: () => () => {},
});

/** What a receiver was told, in order. */
function reporter() {
  const reports: { readonly task: AnyTask; readonly report: CallbackReport }[] = [];
  const errors: unknown[] = [];
  return {
    reports,
    errors,
    statuses: () => reports.map(({ task }) => task.task_status),
    onTask: (task: AnyTask, report: CallbackReport) => void reports.push({ task, report }),
    onError: (error: unknown) => void errors.push(error),
  };
}

type Check = "token" | "secret";

/** Simulator, client and callback handler in one process; no port, no timer, no sleep. */
function world(dialect: Dialect, check: Check, options: MockOptions = {}) {
  const clock = frozenClock();
  const told = reporter();
  const work: Promise<unknown>[] = [];
  const mock = createMock({
    dialect,
    clock,
    timing: { submittedMs: 1_000, processingMs: 9_000 },
    callbackFetch: (input, init) =>
      handler(new Request(input, init), { waitUntil: (promise) => void work.push(promise) }),
    ...(check === "secret" ? { callbackSecret: secret } : {}),
    ...options,
  });
  const client: KlingClient = createKlingClient({ apiKey: "k", dialect, fetch: mock.fetch, clock: wakeless(clock) });
  const checks = check === "token" ? { token: key } : { secret, family: "image2video" };
  const handler = createCallbackHandler({ client, clock, ...checks, ...told });
  const address = "http://localhost/hook";
  const submit = async (prompt: string) => {
    const about = { family: "image2video", external_task_id: own, key };
    const callback_url = check === "token" ? await callbackUrl(address, about) : address;
    return client.image2video.submit({ model_name: "kling-v2-6", image, prompt, external_task_id: own, callback_url });
  };
  const push = async (ms: number) => {
    clock.advance(ms);
    await mock.callbacks.settled();
    await Promise.all(work);
  };
  return { mock, client, submit, push, ...told };
}

const whole = ["submitted", "processing", "succeed"];

/** What reaches `onTask` of a task whose callbacks go wrong in each way. */
const reported: Readonly<Record<string, readonly string[]>> = {
  duplicate: whole,
  reordered: ["submitted", "succeed"],
  late: whole,
  dropped: [],
  "wrong-id": whole,
};

describe.each(["cometapi", "kling"] satisfies Dialect[])("callbacks from simulator to client in %s", (dialect) => {
  describe.each(["token", "secret"] satisfies Check[])("checked by %s", (check) => {
    it("report every status once, the end confirmed", async () => {
      const { submit, push, statuses, reports, errors, client } = world(dialect, check);
      const task = await submit("a cat");
      for (let second = 0; second < 20; second += 1) await push(1_000);
      expect(statuses()).toEqual(whole);
      expect(reports.map(({ report }) => report.confirmed)).toEqual([false, false, true]);
      expect(reports.at(-1)?.task).toEqual({ ...(await client.image2video.get(task)), external_task_id: own });
      for (const { report } of reports)
        expect(report.handle).toMatchObject({ family: "image2video", task_id: task.task_id });
      expect(errors).toEqual([]);
    });

    it("report a failure with its reason", async () => {
      const { submit, push, reports } = world(dialect, check);
      await submit("[[scenario=risk-control]]");
      await push(60_000);
      expect(reports.at(-1)).toMatchObject({ task: { task_status: "failed" }, report: { confirmed: true } });
      expect(reports.at(-1)?.task.task_status_msg).toBeTruthy();
    });

    it.each(Object.keys(callbackFaults).filter((fault) => fault !== "wrong-id"))(
      "survive %s, in small steps and in one jump",
      async (fault) => {
        for (const steps of [20, 1]) {
          const { submit, push, statuses, errors } = world(dialect, check);
          await submit(`[[callback-fault=${fault}]]`);
          for (let step = 0; step < steps; step += 1) await push(100_000 / steps);
          expect(statuses(), `${steps} steps`).toEqual(reported[fault]);
          expect(errors).toEqual([]);
        }
      },
    );
  });

  it("survive an upstream's id: the end is reported with the right one", async () => {
    const { submit, push, statuses, reports, mock } = world(dialect, "token");
    const task = await submit("[[callback-fault=wrong-id]]");
    await push(60_000);
    expect(statuses()).toEqual(reported["wrong-id"]);
    expect(reports.at(-1)?.report.handle).toEqual({
      family: "image2video",
      task_id: task.task_id,
      external_task_id: own,
    });
    expect(mock.callbacks.deliveries).toHaveLength(3);
  });

  it("with an upstream's id and nothing that names the task are not believed", async () => {
    const { submit, push, statuses, errors } = world(dialect, "secret", { callbackFields: "2024" });
    await submit("[[callback-fault=wrong-id]]");
    await push(60_000);
    expect(statuses()).toEqual(["submitted", "processing"]);
    expect(errors).toHaveLength(1);
  });

  it("are not taken by somebody else's receiver, and given up after the retries", async () => {
    const { submit, push, reports, mock } = world(dialect, "secret", { callbackSecret: "whsec_b3RoZXJzZWNyZXQ=" });
    await submit("[[scenario=stuck]]");
    for (let minute = 0; minute < 30; minute += 1) await push(60_000);
    expect(reports).toEqual([]);
    expect(mock.callbacks.deliveries).toHaveLength(8);
    expect(mock.callbacks.deliveries.every(({ answerStatus }) => answerStatus === 401)).toBe(true);
    expect(mock.clock.pending).toBe(0);
  });
});

describe("callbacks over loopback HTTP", () => {
  it("reach node:http signed and with a token, and the end is confirmed", async () => {
    const clock = frozenClock();
    const told = reporter();
    await using server = await startMockServer({ port: 0, render: "none", clock, callbackSecret: secret });
    const client = createKlingClient({ apiKey: "k", baseUrl: server.url });
    let ended = () => {};
    const done = new Promise<void>((resolve) => {
      ended = resolve;
    });
    const onTask = (task: AnyTask, report: CallbackReport) => {
      told.onTask(task, report);
      if (report.confirmed) ended();
    };
    const receiver = createServer(toNodeHandler(createCallbackHandler({ client, clock, token: key, secret, onTask })));
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const callback_url = await callbackUrl(address, { family: "image2video", external_task_id: own, key });
    await client.image2video.submit({ model_name: "kling-v2-6", image, external_task_id: own, callback_url });
    await server.mock.callbacks.settled();
    clock.advance(60_000);
    await server.mock.callbacks.settled();
    await done;
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
    expect(told.statuses()).toEqual(whole);
    expect(server.mock.callbacks.deliveries.map(({ answerStatus }) => answerStatus)).toEqual([204, 204, 204]);
  });

  it("reach a handler mounted in Express", async () => {
    const told = reporter();
    const clock = frozenClock();
    const handler = toNodeHandler(createCallbackHandler({ clock, secret, family: "image2video", ...told }));
    await using express = await startMockServer({ port: 0, render: "none", middleware: [handler] });
    const mock = createMock({ clock, callbackSecret: secret });
    const client = createKlingClient({ apiKey: "k", fetch: mock.fetch, clock: wakeless(clock) });
    const callback_url = `${express.url}/hook`;
    await client.image2video.submit({ model_name: "kling-v2-6", image, callback_url });
    clock.advance(60_000);
    await mock.callbacks.settled();
    expect(told.statuses()).toEqual(whole);
  });
});
