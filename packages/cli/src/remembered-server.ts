import type { TaskRecord } from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import type { ConnectionOptions } from "./connection.js";
import type { Io } from "./io.js";
import { recordFor } from "./job.js";
import { noteIn, serverOf } from "./job-note.js";
import { notice } from "./report.js";
import { keyVariables } from "./settings.js";
import { openMemory } from "./task-memory.js";

/** Every task that earlier commands have made, of the provider and of simulators. */
export async function rememberedTasks(io: Io): Promise<readonly TaskRecord[]> {
  const lists = await Promise.all([false, true].map((isSimulated) => openMemory(io, isSimulated).store.list()));
  return lists.flat();
}

/**
 * Options of a command about tasks, with the server that made them: an address that is remembered need not be given again.
 * An address or dialect that the caller, the environment or a profile names wins; tasks of several servers name none. The key
 * comes from the variable that it came from then: the server must not get the key of another.
 */
export async function atServerOf<Options extends ConnectionOptions>(
  tasks: readonly { readonly family: string; readonly id: string }[],
  options: Options,
  io: Io,
): Promise<Options> {
  // A folder that can't be read is told by the command itself, where that matters.
  const records = await rememberedTasks(io).catch(() => []);
  return atServer(
    tasks.map(({ family, id }) => recordFor(records, family, id)),
    options,
    io,
  );
}

/** The same for tasks that are known: undefined stands for one that is not. */
export function atServer<Options extends ConnectionOptions>(
  records: readonly (TaskRecord | undefined)[],
  options: Options,
  io: Io,
): Options {
  if (options.baseUrl || options.dialect || io.env.KLINGKIT_BASE_URL || io.env.KLINGKIT_DIALECT) return options;
  const ways = new Set(records.map((record) => (record?.origin ? wayTo(record) : "")));
  const [way = ""] = ways;
  const [dialect = "", baseUrl = "", named] = way.split(" ");
  if (ways.size !== 1 || way === "" || (dialect === "cometapi" && baseUrl === dialects.cometapi.baseUrl))
    return options;
  const [usual] = keyVariables(dialect);
  notice(io, `asks ${baseUrl}, where ${records.length === 1 ? "it was" : "they were"} made.`);
  return { ...options, dialect, baseUrl, keyVariable: named || usual };
}

/** Dialect and address of a task's server, and the variable of its key where a profile named one. */
function wayTo(record: TaskRecord): string {
  return `${record.dialect} ${serverOf(record)} ${noteIn(record).keyVariable ?? ""}`;
}
