// Submits in process, without a port: the simulator beside what other ways of answering a `fetch` can do. The task's id is read
// of each answer. Only the simulator checks the request and keeps the task.
import { createMock } from "@klingkit/mock-server";
import { fetchPeer, importFrom } from "./support/peers.mjs";
import { isQuick, judge, median, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";
import { bodyOf, path } from "./support/submit.mjs";

const rounds = isQuick ? 2 : 7;
const blockMs = isQuick ? 150 : 600;
const origin = "https://mock.klingkit.invalid";
const headers = { authorization: "Bearer bench-key", "content-type": "application/json" };
const query = new URLSearchParams();
const baseline = "a function that builds a Response";

let submitted = 0;
const init = () => ({ method: "POST", headers, body: JSON.stringify(bodyOf(submitted++)) });
const answer = () => ({ code: 0, message: "SUCCEED", data: { task_id: String(submitted), task_status: "submitted" } });
const idIn = async (response) => (await response.json()).data.task_id;

const mock = createMock();
const stub = async (_address, _init) => Response.json(answer());
const subjects = [
  { name: baseline, call: async () => idIn(await stub(origin + path, init())) },
  {
    name: "klingkit's mock.handle",
    call: async () => JSON.parse((await mock.handle({ ...init(), path, query, origin })).body).data.task_id,
  },
  { name: "klingkit's mock.fetch", call: async () => idIn(await mock.fetch(origin + path, init())) },
  await peer("Hono's app.fetch", ["hono@4.13.19", "@hono/node-server@2.1.9"], async (load) => {
    const { Hono } = await load("hono");
    const app = new Hono().post(path, async (context) => context.json((await context.req.json()) && answer()));
    return async () => idIn(await app.fetch(new Request(origin + path, init())));
  }),
  await peer("MSW 2.15, global fetch", ["msw@2.15.0"], async (load) => {
    const [{ http, HttpResponse }, { setupServer }] = [await load("msw"), await load("msw/node")];
    const server = setupServer(
      http.post(origin + path, async ({ request }) => HttpResponse.json((await request.json()) && answer())),
    );
    // It stands in the way of every fetch while it listens.
    return {
      open: () => server.listen(),
      call: async () => idIn(await fetch(origin + path, init())),
      close: () => server.close(),
    };
  }),
];

const measured = await inRounds(
  subjects.filter(({ call }) => call),
  { rounds },
  callsPerSecond,
);
const ratio = publish({
  title: "submits in process",
  unit: "calls a second of processor time",
  better: "more",
  baseline,
  subjects: subjects.map((subject) => ({ ...subject, values: measured.get(subject) })),
});
const handled = measured.get(subjects.find(({ name }) => name === "klingkit's mock.handle"));
judge("mock.handle, calls a second", median(handled), { atLeast: 25_000, digits: 0 });
judge("mock.handle, over MSW", ratio("klingkit's mock.handle", "MSW 2.15, global fetch"), { atLeast: 1 });
judge("mock.fetch, over MSW", ratio("klingkit's mock.fetch", "MSW 2.15, global fetch"), { atLeast: 1 });

async function peer(name, packages, make) {
  const folder = fetchPeer(packages);
  if (!folder) return { name, problem: "the registry does not give it" };
  try {
    const made = await make((wanted) => importFrom(folder, wanted));
    return typeof made === "function" ? { name, call: made } : { name, ...made };
  } catch (error) {
    return { name, problem: String(error.message).split("\n")[0] };
  }
}

async function callsPerSecond({ call, open, close }) {
  mock.reset();
  open?.();
  await call();
  const end = performance.now() + blockMs;
  const before = process.cpuUsage();
  let calls = 0;
  while (performance.now() < end) {
    for (let index = 0; index < 50; index += 1) await call();
    calls += 50;
  }
  const { user, system } = process.cpuUsage(before);
  close?.();
  return (calls * 1e6) / (user + system);
}
