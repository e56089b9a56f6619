import { processDevice } from "./io.js";
import { run } from "./run.js";

/** Runs the command line of this process. @returns its exit code */
export function main(args: readonly string[]): Promise<number> {
  // Writes that fail are told to their callbacks. Without a listener they would end the process, and lose a paid result.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  return run(args, processDevice);
}
