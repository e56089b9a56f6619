import type { TaskRecord } from "@klingkit/core";
import { dialects } from "@klingkit/spec";
import type { ConnectionOptions } from "./connection.js";
import type { Io } from "./io.js";
import { recordFor } from "./job.js";
import { serverOf } from "./job-note.js";
import { notice } from "./report.js";
import { openMemory } from "./task-memory.js";

/** Every task that earlier commands have made, of the provider and of simulators. */
export async function rememberedTasks(io: Io): Promise<readonly TaskRecord[]> {
  const lists = await Promise.all([false, true].map((isSimulated) => openMemory(io, isSimulated).store.list()));
  return lists.flat();
}

/**
 * Options of a command about tasks, with the server that made them: an address that is remembered need not be given again.
 * An address or dialect that the caller, the environment or a profile names wins; tasks of several servers name none.
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
  const servers = new Set(records.map((record) => (record?.origin ? `${record.dialect} ${serverOf(record)}` : "")));
  const [server = ""] = servers;
  if (servers.size !== 1 || server === "" || server === `cometapi ${dialects.cometapi.baseUrl}`) return options;
  const [dialect, baseUrl = ""] = server.split(" ");
  notice(io, `asks ${baseUrl}, where ${records.length === 1 ? "it was" : "they were"} made.`);
  return { ...options, dialect, baseUrl };
}
