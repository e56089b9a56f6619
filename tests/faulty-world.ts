import { createKlingClient, type Dialect, type KlingEvent, memoryTaskStore } from "@klingkit/core";
import { createMock, MockClock, faults as simulatorFaults } from "@klingkit/mock-server";
import { TestClock } from "../packages/core/test/helpers.js";

/** Refusals, in the simulator's words: certain ones, ambiguous ones, and those that pass with time. */
const refusals = ["1302", "1303", "5000", "5001", "1301", "gateway-rate-limit", "gateway-error"];

/** Faults in what the server knows, and answers about another task: a call that meets one does not always get its own. */
const ofServer = [
  "accept-late",
  "lookup-lag",
  "uniqueness-lag",
  "no-uniqueness",
  "short-page",
  "other-task",
  "rewritten-id",
];

/** What can go wrong with a request, in the simulator's own words or on the way to it: every kind but those. */
export const faults: readonly string[] = [
  ...Object.keys(simulatorFaults)
    .filter((name) => !ofServer.includes(name))
    .map((name) => `fault=${name}`),
  ...refusals.map((code) => `code=${code}`),
  "silent",
];

/** Answers about another task. */
const aboutAnother = ["fault=other-task", "fault=rewritten-id", "foreign"];

/**
 * Creates that are carried out late, and answers about another task. `late` is still on its way when its sender has given it
 * up, so that it meets the server as it is then; `foreign` names another own id, so that the client can tell.
 */
export const strangeFaults: readonly string[] = [
  "late 500",
  "late 6000",
  "late 20000",
  "fault=accept-late, lag=20000",
  ...aboutAnother,
];

/**
 * How a server is, for every request that nothing else goes wrong with. Together with the latest acceptance above, a task
 * is found within the 30 seconds for which the client does not believe in its absence.
 */
export const weathers: readonly string[] = [
  "",
  "fault=no-uniqueness",
  "fault=uniqueness-lag, lag=60000",
  "fault=lookup-lag, lag=9000",
  "fault=short-page",
];

/** How a server may be where the contract does not list the own id: it neither finds a task by it, nor takes it only once. */
export const unlisted = "unlisted";
const hidden = "fault=lookup-lag, lag=999999999";

/** Faults that say something about the request or the address, so that asking again can't help. */
const final = [
  "code=1301",
  "fault=invalid-request-500",
  "fault=redirect-html",
  "fault=html-403",
  "fault=html-404",
  "fault=html-413",
];

/** Faults that a query outlives. */
export const transientFaults = faults.filter((fault) => !final.includes(fault));

export interface FaultyRequest {
  readonly method: string;
  /** "" for one that went well. */
  readonly fault: string;
}

/**
 * A simulator whose n-th request goes wrong in the way `next(n)` says ("" and undefined go well), and two clients of one
 * account and one task store, as two processes have them.
 * @param weather how the server is, for every other request
 */
export function faultyWorld(next: (count: number) => string | undefined, dialect: Dialect, weather = () => "") {
  const clock = new TestClock();
  const mockClock = new MockClock(() => clock.now());
  mockClock.freeze();
  const mock = createMock({ dialect, clock: mockClock, discontinued: "accept" });
  const events: KlingEvent[] = [];
  const requests: FaultyRequest[] = [];
  const taskStore = memoryTaskStore();
  const late: { readonly at: number; readonly request: Request }[] = [];
  let count = 0;
  const serve = (request: Request, fault: string) => {
    if (/^(code|fault)=/.test(fault)) request.headers.set("prefer", fault);
    if (fault === unlisted) request.headers.set("prefer", request.method === "POST" ? "fault=no-uniqueness" : hidden);
    return mock.fetch(request, { redirect: request.redirect });
  };
  /** Lets the simulator have the client's time, and what is due by then happen. */
  const catchUp = async () => {
    for (const due of late.filter(({ at }) => at <= clock.now())) {
      late.splice(late.indexOf(due), 1);
      mockClock.set(Math.max(due.at, mockClock.now()));
      await serve(due.request, weather()).catch(() => undefined);
    }
    mockClock.set(clock.now());
  };
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const request = new Request(input, init);
    const drawn = next(count) || weather();
    // The rows of a list are about many tasks: nothing in a strange one tells that it hides the right one.
    const fault = aboutAnother.includes(drawn) && new URL(request.url).searchParams.has("pageNum") ? "" : drawn;
    count += 1;
    requests.push({ method: request.method, fault });
    await catchUp();
    const [word, lag] = fault.split(" ");
    if (word === "late" && request.method === "POST") {
      late.push({ at: clock.now() + Number(lag), request });
      throw new TypeError("fetch failed");
    }
    const answer = await serve(request, fault);
    if (fault === "foreign") return foreign(answer);
    return fault === "silent" ? new Promise<never>(() => {}) : answer;
  };
  const another = () =>
    createKlingClient({
      apiKey: "sk-test-key",
      dialect,
      fetch,
      clock,
      random: () => 0.5,
      taskStore,
      onEvent: (event) => void events.push(event),
    });
  return { client: another(), second: another(), clock, mock, events, requests, catchUp };
}

/** The answer as one about somebody else's task. */
async function foreign(answer: Response): Promise<Response> {
  const strange = (task: object) => ({ ...task, task_id: "1", task_info: { external_task_id: "somebody-elses" } });
  const body = await answer.json();
  const { data } = body;
  const told = Array.isArray(data) ? data.map(strange) : typeof data?.task_id === "string" ? strange(data) : data;
  return Response.json({ ...body, data: told }, { status: answer.status });
}
