import { parentPort } from "node:worker_threads";

// Stands in for the render worker: the seed says how to end.
parentPort.on("message", ({ request: { seed } }) => {
  if (seed === "throw") throw new Error("on purpose");
  if (seed === "exit") process.exit(3);
  parentPort.postMessage({ kind: "done", bytes: Uint8Array.of(1, 2, 3) });
});
