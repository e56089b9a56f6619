// From the start of the process to the first answered request: `klingkit-mock` beside a bare Express app.
import { fileURLToPath } from "node:url";
import { firstAnswer, freePort, startPinned } from "./support/processes.mjs";
import { judge, median, printTable } from "./support/report.mjs";

const rounds = 15;
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
printTable([
  ["start to first answer, ms", "median", "best"],
  ["klingkit-mock", ...[median(times.simulator), Math.min(...times.simulator)].map(Math.round)],
  ["bare Express 5 app", ...[median(times.express), Math.min(...times.express)].map(Math.round)],
]);
judge("start, over Express", median(times.simulator.map((time, round) => time / times.express[round])), { atMost: 1 });
