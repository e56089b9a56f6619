// Many tasks at once, in the dialect that has a list: requests and processor time until all have ended, by one `watch` beside
// one `wait` for each. The simulator answers in process, and its work is counted with it.
import { createKlingClient, watch } from "@klingkit/core";
import { createMock } from "@klingkit/mock-server";
import { isQuick, judge, publish } from "./support/report.mjs";
import { inRounds } from "./support/rounds.mjs";

const tasks = 200;
const rounds = isQuick ? 1 : 3;
const timing = { submittedMs: 500, processingMs: 3_500 };
/** Both ask as often; only a watch asks for many at once. */
const polling = { firstPollMs: 500, pollMs: 500 };
const baseline = "one wait for each task";
const ours = "klingkit's watch";

const ways = {
  [baseline]: (kling, handles) => Promise.all(handles.map((handle) => kling.image2video.wait(handle.task_id, polling))),
  async [ours](kling, handles) {
    for await (const { error } of watch(kling, handles, polling)) if (error) throw error;
  },
};

console.log(`${tasks} tasks a round`);
const requests = { [baseline]: [], [ours]: [] };
const cpu = await inRounds(Object.keys(ways), { rounds, warmUp: 0 }, async (name) => {
  const mock = createMock({ dialect: "kling", timing });
  let count = 0;
  const fetch = (input, init) => {
    count += 1;
    return mock.fetch(input, init);
  };
  const kling = createKlingClient({ apiKey: "bench-key", dialect: "kling", fetch });
  const body = { model_name: "kling-v2-6", image: "https://example.com/picture.jpg" };
  const handles = [];
  for (let made = 0; made < tasks; made += 1) handles.push(await kling.image2video.submit(body));
  count = 0;
  const before = process.cpuUsage();
  await ways[name](kling, handles);
  const { user, system } = process.cpuUsage(before);
  requests[name].push(count);
  return (user + system) / 1_000 / tasks;
});
const table = { better: "less", baseline };
const ratio = publish({
  ...table,
  title: "many tasks to their end",
  unit: "requests",
  subjects: Object.entries(requests).map(([name, values]) => ({ name, values })),
});
publish({
  ...table,
  title: "many tasks to their end, work",
  unit: "ms of processor time a task",
  subjects: [...cpu].map(([name, values]) => ({ name, values })),
});
judge("requests of a watch, of those of waits", ratio(ours), { atMost: 0.1 });
