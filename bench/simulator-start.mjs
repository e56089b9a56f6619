// From the start of the process to the first answered request: `klingkit-mock` beside a bare Express app.
import { fileURLToPath } from "node:url";
import { firstAnswer, freePort, startPinned } from "./support/processes.mjs";
import { isQuick, judge, median, publish } from "./support/report.mjs";

const rounds = isQuick ? 3 : 15;
const here = (file) => fileURLToPath(new URL(file, import.meta.url));
const starts = {
  simulator: (port) => [here("../packages/mock-server/dist/bin.js"), "--port", port],
  express: (port) => [here("support/express-echo.mjs"), port],
};
const paths = { simulator: "/kling/v1/videos/image2video/1", express: "/" };

const times = { simulator: [], express: [] };
for (let round = -1; round < rounds; round += 1) {
  for (const [name, args] of Object.entries(starts)) {
    const port = await freePort();
    const started = performance.now();
    const { stop } = startPinned(args(String(port)), { NODE_ENV: "production" });
    await firstAnswer(port, paths[name]);
    if (round >= 0) times[name].push(performance.now() - started);
    await stop();
  }
}
const ratio = publish({
  title: "start to first answer",
  unit: "ms",
  better: "less",
  baseline: "bare Express 5 app",
  subjects: [
    { name: "klingkit-mock", values: times.simulator },
    { name: "bare Express 5 app", values: times.express },
  ],
});
judge("simulator, start to first answer, ms", median(times.simulator), {
  atMost: 300,
  digits: 0,
  reason: "an absolute time of another machine; what counts is the ratio to Express",
});
judge("simulator, start to first answer, over Express", ratio("klingkit-mock"), { atMost: 1 });
