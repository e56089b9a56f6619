import { type Clock, createLimiter, memoryTaskStore, type TaskStore } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeProvider, type Manners } from "./fake-provider.js";
import { picture, success, type TestClock } from "./helpers.js";

const body = { model_name: "kling-v3", image: picture, external_task_id: "own" } as const;
const handle = { family: "image2video", external_task_id: "own" };
const never = Number.POSITIVE_INFINITY;

const storeFaults = fc.constantFrom(
  ...(["none", "none", "none", "slow", "fails before", "fails after", "forgets an update"] as const),
);
type StoreFault = typeof storeFaults extends fc.Arbitrary<infer Fault> ? Fault : never;

/** The store of one process, each of whose calls may go wrong. */
function faultyStore(store: TaskStore, clock: Clock, faults: StoreFault[]): TaskStore {
  const call = async <T>(work: () => Promise<T>, isUpdate = false): Promise<T | undefined> => {
    const fault = faults.shift();
    if (fault === "slow") await clock.sleep(3_000);
    if (fault === "fails before") throw new Error("no connection");
    if (fault === "forgets an update" && isUpdate) return undefined;
    const result = await work();
    if (fault === "fails after") throw new Error("connection lost");
    return result;
  };
  return {
    claim: (record) => call(() => store.claim(record)),
    find: (key) => call(() => store.find(key)),
    update: (record) => call(() => store.update(record), true),
    list: async (options) => store.list(options),
  };
}

/** A process: once it is killed, nothing that it waits for comes any more. */
function startProcess(clock: TestClock) {
  let isKilled = false;
  const alive = async <T>(work: Promise<T>): Promise<T> => {
    const end = await Promise.allSettled([work]);
    if (isKilled) return new Promise(() => {});
    if (end[0].status === "rejected") throw end[0].reason;
    return end[0].value;
  };
  const mine: Clock = {
    now: () => clock.now(),
    sleep: (ms, signal) => alive(clock.sleep(ms, signal)),
    after: (ms, callback) => clock.after(ms, () => void (isKilled || callback())),
  };
  const storeOf = (store: TaskStore): TaskStore => ({
    claim: (record) => alive(store.claim(record)),
    find: (key) => alive(store.find(key)),
    update: (record) => alive(store.update(record)),
    list: (options) => alive(store.list(options)),
  });
  const kill = () => {
    isKilled = true;
  };
  return { clock: mine, storeOf, kill };
}

const steps = fc.record({
  at: fc.constantFrom(0, 1_000, 20_000, 60_000, 130_000, 250_000),
  process: fc.nat({ max: 1 }),
  kind: fc.constantFrom("submit", "submit", "submit", "resume", "abort", "kill"),
});
const manners: fc.Arbitrary<Manners> = fc.record({
  answers: fc.array(fc.constantFrom("lost", "gateway-timeout", "over-cap", "refused-connection"), { maxLength: 6 }),
  acceptAfter: fc.constantFrom(0, 20_000, never),
  slowness: fc.constantFrom(0, 110_000),
  // A server that would take the id again: what keeps it to one task is the client alone.
  uniqueAfter: fc.constant(never),
});

describe("two processes with one task store, of which some are killed or aborted", () => {
  it("make one task of one own id, whatever the server and the store do, and a later call gets it", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(steps, { minLength: 1, maxLength: 7 }),
        manners,
        fc.array(storeFaults, { maxLength: 20 }),
        fc.boolean(),
        async (actions, provider, faults, isLimited) => {
          const { client, clock, tasks } = fakeProvider(provider);
          const store = memoryTaskStore();
          const start = () => {
            const { kill, storeOf, clock: mine } = startProcess(clock);
            const limiter = isLimited ? { limiter: createLimiter({ tasks: 1 }) } : {};
            const taskStore = storeOf(faultyStore(store, clock, faults));
            return { kling: client({ taskStore, clock: mine, ...limiter }), kill, life: new AbortController() };
          };
          const processes = [start(), start()];
          const begin = clock.now();
          for (const { at, process, kind } of actions.sort((left, right) => left.at - right.at)) {
            await clock.advance(begin + at - clock.now());
            const { kling, kill, life } = processes[process] ?? start();
            if (kind === "kill") kill();
            if (kind === "abort") life.abort();
            if (kind === "kill" || kind === "abort") processes[process] = start();
            else {
              const { signal } = life;
              const call =
                kind === "submit" ? kling.image2video.submit(body, { signal }) : kling.resume(handle, { signal });
              call.catch(() => {});
            }
          }
          await clock.advance(3_600_000);
          const { image2video } = client({ taskStore: store, retry: { attempts: 20 } });
          const last = await success(clock, image2video.submit(body));
          await clock.advance(3_600_000);
          expect(tasks.map(({ id }) => id)).toEqual([last.task_id]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
