import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import { AbortedError, KlingkitError } from "../errors/index.js";
import type { OperationContext } from "../operations/context.js";
import { getOnce, listOnce } from "../operations/query.js";
import type { AnyTask } from "../operations/task.js";
import { isMissedPoll, pauseLengths, type WaitOptions } from "../operations/wait.js";
import type { Watched } from "./watched.js";

/** What questions need to know of the watch they are part of. */
export interface Asking {
  readonly context: OperationContext;
  readonly signal: AbortSignal;
  /** Resolves when one more request may leave. */
  turn(): Promise<void>;
  readonly polls: Pick<WaitOptions, "firstPollMs" | "pollMs">;
  /** Told of a task as it stands. */
  saw(watched: Watched, task: AnyTask): Promise<void>;
  /** Told of a task that can't be asked for. */
  failed(watched: Watched, error: KlingkitError): void;
  /** Told how the request went. */
  answered(error?: unknown): void;
  /** Asks again after so many milliseconds. */
  again(question: Question, ms: number): void;
}

/** Something to be asked again and again; each time one request. */
export interface Question {
  /** Pause before it is asked for the first time, in milliseconds. */
  readonly firstMs: number;
  /** Never rejects. */
  ask(asking: Asking): Promise<void>;
}

/** Tasks of a family that has a list are asked for together, others one by one. */
export function questionsAbout(asking: Asking, tasks: readonly Watched[]): Question[] {
  const hasLists = servers[asking.context.dialect].list;
  const families = new Set(tasks.map(({ family }) => family));
  return [...families].flatMap((family) => {
    const ofFamily = tasks.filter((watched) => watched.family === family);
    if (hasLists && family.list && ofFamily.length > 1) return [manyTasks(asking, family, ofFamily)];
    return ofFamily.map((watched) => oneTask(asking, watched));
  });
}

/** Asks for one task. */
function oneTask({ context, polls }: Asking, watched: Watched, isDue = false): Question {
  const pauses = pauseLengths(context, watched.family, polls);
  const firstMs = pauses.next(undefined);
  const question: Question = {
    firstMs: isDue ? 0 : firstMs,
    async ask(asking) {
      const { family, handle } = watched;
      const error = await attempt(asking, async () => {
        await asking.saw(watched, await getOnce(asking.context, family, handle, asking));
      });
      if (error && !isMissedPoll(error)) asking.failed(watched, error);
      if (!watched.ended) asking.again(question, pauses.next(error));
    },
  };
  return question;
}

const pageSize = 500;
const lastPage = 1_000;

/** Asks for many tasks of a family at once, page by page of its list, as long as that answers more than one question. */
function manyTasks(asking: Asking, family: Family, tasks: readonly Watched[]): Question {
  const pauses = pauseLengths(asking.context, family, asking.polls);
  const byId = new Map(tasks.flatMap((watched) => idsOf(watched).map((id) => [id, watched])));
  let open = new Set(tasks);
  let unseen = new Set(tasks);
  let pageNum = 1;
  const readPage = async (): Promise<boolean> => {
    const page = await listOnce(asking.context, family, { pageNum, pageSize }, asking);
    const found = page.flatMap((task) => {
      const watched = byId.get(task.task_id) ?? byId.get(task.external_task_id ?? "");
      return watched && unseen.delete(watched) ? [{ watched, task }] : [];
    });
    await Promise.all(found.map(({ watched, task }) => asking.saw(watched, task)));
    pageNum += 1;
    return unseen.size > 0 && page.length === pageSize && pageNum <= lastPage && found.length > 1;
  };
  const question: Question = {
    firstMs: pauses.next(undefined),
    async ask() {
      let goesOn = false;
      const error = await attempt(asking, async () => {
        goesOn = await readPage();
      });
      if (goesOn) return asking.again(question, 0);
      if (error && isMissedPoll(error)) return asking.again(question, pauses.next(error));
      for (const watched of unseen) open.delete(watched);
      for (const watched of unseen) asking.again(oneTask(asking, watched, true), 0);
      open = new Set([...open].filter(({ ended }) => !ended));
      unseen = new Set(open);
      pageNum = 1;
      if (open.size > 1) return asking.again(question, pauses.next(undefined));
      for (const watched of open) asking.again(oneTask(asking, watched), pauses.next(undefined));
    },
  };
  return question;
}

function idsOf({ handle: { task_id, external_task_id } }: Watched): string[] {
  return [task_id, external_task_id].filter((id) => id !== undefined);
}

/** One request; its error is returned, and an abort is none. */
async function attempt(asking: Asking, request: () => Promise<void>): Promise<KlingkitError | undefined> {
  try {
    await request();
    asking.answered();
    return undefined;
  } catch (error) {
    if (!KlingkitError.isInstance(error)) throw error;
    if (error instanceof AbortedError) return undefined;
    asking.answered(error);
    return error;
  }
}
