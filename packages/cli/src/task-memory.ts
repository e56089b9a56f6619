import { access, constants } from "node:fs/promises";
import { memoryTaskStore, type TaskRecord, type TaskStore } from "@klingkit/core";
import { fileTaskStore, makeFolder } from "@klingkit/core/node";
import { priceRequest } from "@klingkit/spec/pricing";
import { messageOf } from "@klingkit/spec/web";
import type { Io } from "./io.js";
import type { JobNote } from "./job-note.js";
import { notice } from "./report.js";
import { isOnNetwork, taskFolder } from "./state-folder.js";

export interface TaskMemory {
  readonly store: TaskStore;
  readonly folder: string;
}

/** The tasks of earlier runs, as they are on disk. */
export function openMemory(io: Io, isSimulated: boolean): TaskMemory {
  const folder = taskFolder(io, isSimulated);
  return { folder, store: fileTaskStore(folder) };
}

/**
 * The same for a command that makes tasks: each gets a note, its own id is told on stderr before it is sent, and its handle
 * as soon as it is known. Where the folder can't be used there is one warning, and the tasks are told but not remembered.
 */
export function rememberingStore(
  io: Io,
  memory: () => Promise<TaskMemory>,
  noteOf: (record: TaskRecord) => JobNote,
): TaskStore {
  let inner: Promise<TaskStore> | undefined;
  const told = new Set<string>();
  const store = () => {
    inner ??= memory().then((opened) => usable(io, opened));
    return inner;
  };
  const claim = async (record: TaskRecord) => {
    const opened = await store();
    try {
      return await opened.claim(record);
    } catch (error) {
      // A full disk shows only when something is written.
      inner = Promise.resolve(forgetfulStore(io, error));
      return (await inner).claim(record);
    }
  };
  return {
    claim: async (record) => {
      const noted = { ...record, note: noteOf(record) };
      const earlier = await claim(noted);
      io.created.add(earlier ?? noted);
      const handle = `${record.family}/${record.external_task_id}`;
      // Each repeat after a refusal claims it again.
      if (told.has(handle)) return earlier;
      told.add(handle);
      notice(io, `sending ${handle}`);
      io.events.emit({ type: "sending", handle });
      return earlier;
    },
    update: async (record) => {
      if (io.created.add(record)) {
        const handle = `${record.family}/${record.task_id}`;
        notice(io, `task ${handle}`);
        io.events.emit({ type: "task", handle });
      }
      await (await store()).update(record);
    },
    find: async (key) => (await store()).find(key),
    list: async (options) => (await store()).list(options),
  };
}

/** The store on disk; one in memory, with a warning, where the folder can't be used. */
async function usable(io: Io, { store, folder }: TaskMemory): Promise<TaskStore> {
  if (await isOnNetwork(folder))
    notice(
      io,
      `warning: ${folder} is on a network file system, where a crash can lose a task; set KLINGKIT_STATE_DIR to a local folder.`,
    );
  try {
    await makeFolder(folder, 0o700);
    await access(folder, constants.W_OK);
    await store.list({ open: true });
    return store;
  } catch (error) {
    return forgetfulStore(io, error);
  }
}

/** A store that ends with this process, with a warning that says why. */
function forgetfulStore(io: Io, error: unknown): TaskStore {
  notice(io, `warning: tasks will not be remembered, so note their ids. ${messageOf(error)}`);
  return memoryTaskStore();
}

/** What is remembered of a task that a command is about to make. */
export function noteFor(
  command: string,
  operation: string,
  body: Readonly<Record<string, unknown>>,
  { cwd }: Pick<Io, "cwd">,
): JobNote {
  const { usd } = priceRequest(operation, { ...body });
  const model = typeof body.model_name === "string" ? { model: body.model_name } : {};
  const mode = typeof body.mode === "string" ? { mode: body.mode } : {};
  return { command, ...model, ...mode, usd, folder: cwd };
}
