/** Milliseconds after which a suite is ended: the first time it also fetches its peers. */
const limitMs = 600_000;

/**
 * What one command measures, in this order. Each is a script of this folder that can be run by itself.
 * @type {readonly { script: string, title: string, args?: readonly string[], quick?: readonly string[], limitMs?: number }[]}
 * `args`: what the script is given, and `quick`: in a quick run
 */
export const suites = [
  { script: "scorecard", title: "When requests go wrong", args: ["klingkit", "klingkit-http"] },
  { script: "sdk-size", title: "Size of the client" },
  { script: "sdk-import", title: "Cold import of the client" },
  { script: "client-cpu", title: "Overhead of a call" },
  { script: "watch", title: "Watching many tasks" },
  { script: "simulator-http", title: "The simulator over HTTP" },
  { script: "simulator-in-process", title: "The simulator in process" },
  { script: "simulator-start", title: "Start of the simulator" },
  { script: "simulator-scale", title: "A simulator with many tasks", args: ["300000"], quick: ["20000"] },
  { script: "simulator-render", title: "Requests while a video is rendered" },
  { script: "simulator-fuzz", title: "Hostile requests", args: ["20000"], quick: ["2000"] },
  { script: "command-start", title: "Start of the command line" },
  { script: "batch-plan", title: "Planning a batch", args: ["24", "3", "4"], quick: ["8", "1", "4"] },
].map((suite) => ({ limitMs, ...suite }));
