import { createKlingClient, type Dialect, type WatchChange, type WatchOptions, watch } from "@klingkit/core";
import { createMock, MockClock } from "@klingkit/mock-server";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { success, TestClock } from "../packages/core/test/helpers.js";
import { busiestSecond, collect } from "../packages/core/test/watch-kit.js";

const bodies = {
  image2video: { model_name: "kling-v2-6", image: "https://example.com/a.png" },
  text2video: { model_name: "kling-v3", prompt: "a heron" },
  imageGenerations: { model_name: "kling-v3", prompt: "a heron" },
} as const;
type Name = keyof typeof bodies;
const names = Object.keys(bodies) as readonly Name[];

/** A simulator, a client that records when it asks, and a clock that both live by. */
function simulated(dialect: Dialect, faultOf: (count: number) => string | undefined = () => undefined) {
  const clock = new TestClock();
  const mock = createMock({ dialect, clock: new MockClock(() => clock.now()), maxRequests: 0 });
  const asked: number[] = [];
  const { observed, observe } = observer();
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    if (request.method === "POST") return mock.fetch(request);
    asked.push(clock.now());
    const fault = faultOf(asked.length);
    if (fault) request.headers.set("prefer", fault);
    const answer = await mock.fetch(request);
    observe(await answer.clone().text());
    return answer;
  };
  const client = createKlingClient({ apiKey: "sk-test-key", dialect, fetch, clock, random: () => 0.5 });
  return { client, clock, mock, asked, observed };
}

/** Every change of a status that an answer has shown: `<task id> <status>`. */
function observer() {
  const observed: string[] = [];
  const last = new Map<string, string>();
  const observe = (answer: string) => {
    for (const { task_id, task_status } of tasksIn(answer)) {
      if (task_status === (last.get(task_id) ?? "submitted")) continue;
      last.set(task_id, task_status);
      observed.push(`${task_id} ${task_status}`);
    }
  };
  return { observed, observe };
}

function tasksIn(answer: string): { readonly task_id: string; readonly task_status: string }[] {
  try {
    const { code, data } = JSON.parse(answer);
    return code === 0 ? [data].flat() : [];
  } catch {
    return [];
  }
}

const inWords = ({ handle, task, error }: WatchChange) => `${handle.task_id} ${task?.task_status ?? error?.code}`;

describe("a watch through random faults", () => {
  const harmless = ["", "", "", "fault=html-502", "fault=empty-body", "fault=truncated-json", "code=1302", "code=5000"];
  const task = fc.record({
    family: fc.constantFrom(...names),
    scenario: fc.constantFrom(
      "",
      "[[scenario=risk-control]] ",
      "[[scenario=unknown-status]] ",
      "[[scenario=slow-start]] ",
    ),
  });

  it("sees each task's changes once and in order, to its end, within the budget", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(task, { minLength: 1, maxLength: 12 }),
        fc.array(fc.constantFrom(...harmless), { maxLength: 30 }),
        fc.constantFrom<Dialect>("cometapi", "kling"),
        fc.integer({ min: 1, max: 20 }),
        async (wanted, faults, dialect, requestsPerSecond) => {
          const { client, clock, asked, observed } = simulated(dialect, (count) => faults[count - 1]);
          const tasks = await Promise.all(
            wanted.map(({ family, scenario }) =>
              client.family(family).submit({ ...bodies[family], prompt: `${scenario}a heron` } as never),
            ),
          );
          const options: WatchOptions = { requestsPerSecond };
          const changes = await success(clock, collect(watch(client, tasks, options)));
          expect(busiestSecond(asked)).toBeLessThanOrEqual(requestsPerSecond);
          for (const { task_id } of tasks) {
            const own = changes.filter(({ handle }) => handle.task_id === task_id);
            expect(own.map(inWords)).toEqual(observed.filter((line) => line.startsWith(task_id)));
            expect(own.map(({ ended }) => ended)).toEqual([...own.slice(1).map(() => false), true]);
          }
          expect(clock.sleepers.size).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });
});
