import type { Group, Operation } from "../document.js";
import { commandSample, curlSample, pythonSample } from "./shell.js";
import { typescriptSample } from "./typescript.js";

/** One operation, called in four ways. */
export interface Samples {
  /** Runs as it stands, on the simulator. */
  readonly typescript: string;
  readonly command: string;
  readonly curl: string;
  readonly python: string;
}

/** The samples of an operation; undefined for what nobody calls (a callback). */
export function samplesOf(operation: Operation, group: Group): Samples | undefined {
  if (operation.source["x-klingkit-verb"] === undefined) return undefined;
  return {
    typescript: typescriptSample(operation, operationOf(group, "submit")),
    command: commandSample(operation),
    curl: curlSample(operation),
    python: pythonSample(operation),
  };
}

/** What lies under each key of a task's result, where it can be seen or heard. */
const kinds = { videos: "video", images: "picture", audios: "audio", voices: "audio" } as const;

type SampleOutcome = (typeof kinds)[keyof typeof kinds] | "console";

/** How the TypeScript sample ends: with what was made, or with what it prints. A list and a call only print. */
export function sampleOutcome({ source }: Operation, group: Group): SampleOutcome {
  if (source["x-klingkit-verb"] === "list" || source["x-klingkit-verb"] === "call") return "console";
  const example = operationOf(group, "get")?.answer.examples.find(({ name }) => name === "succeed")?.value;
  const { task_result = {} } = (example as { data?: { task_result?: object } } | undefined)?.data ?? {};
  return Object.entries(kinds).find(([key]) => key in task_result)?.[1] ?? "console";
}

/** The operation as the client calls it: `kling.image2video.submit`. */
export function clientCall({ source }: Operation): string {
  const [name, verb] = [source["x-klingkit-operation"], source["x-klingkit-verb"]];
  return verb === "call" ? `kling.${name}` : `kling.${name}.${verb}`;
}

function operationOf({ operations }: Group, verb: string): Operation | undefined {
  return operations.find(({ source }) => source["x-klingkit-verb"] === verb);
}
