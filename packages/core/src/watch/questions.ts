import type { Family } from "@klingkit/spec";
import { servers } from "@klingkit/spec/client";
import type { ClientContext } from "../context.js";
import { AbortedError, KlingkitError } from "../errors/index.js";
import type { QueryOptions } from "../tasks/get.js";
import { handleKeys } from "../tasks/handle.js";
import { listOnce } from "../tasks/list.js";
import { isTransient, type Poll, type PollOptions, pauseLengths } from "../tasks/poll.js";
import type { AnyTask } from "../tasks/task.js";

/** The watch that the queries belong to. */
export interface Watching {
  readonly context: ClientContext;
  /** Every request of the watch is sent with it. */
  readonly query: QueryOptions;
  readonly polls: PollOptions;
  /** Called when a task has changed. */
  changed(poll: Poll, task: AnyTask): void;
  /** Called when a task can't be queried. */
  failed(poll: Poll, error: KlingkitError): void;
  /** Called after each request, with its error if it failed. */
  answered(error?: KlingkitError): void;
  /** Schedules a query after so many milliseconds. */
  schedule(question: Question, ms: number): void;
}

/** A repeated query; each time it sends one request. */
export interface Question {
  /** Pause before the first query, in milliseconds. */
  readonly firstMs: number;
  /** Sends the query, and schedules the next one. Rejects only with an error that is no KlingkitError. */
  ask(): Promise<void>;
}

/** Tasks of a family with a list are queried together, others one by one. */
export function questionsAbout(watching: Watching, polls: readonly Poll[]): Question[] {
  const hasLists = servers[watching.context.dialect].list;
  const families = new Set(polls.map(({ family }) => family));
  return [...families].flatMap((family) => {
    const ofFamily = polls.filter((poll) => poll.family === family);
    if (hasLists && family.list && ofFamily.length > 1) return [manyTasks(watching, family, ofFamily)];
    return ofFamily.map((poll) => oneTask(watching, poll));
  });
}

/** Queries one task. */
function oneTask(watching: Watching, poll: Poll): Question {
  const question: Question = {
    firstMs: poll.nextPauseMs(),
    async ask() {
      try {
        const task = await poll.ask(watching.query);
        watching.answered(poll.missed);
        if (task) watching.changed(poll, task);
      } catch (error) {
        if (!KlingkitError.isInstance(error)) throw error;
        if (error instanceof AbortedError) return;
        watching.answered(error);
        watching.failed(poll, error);
      }
      if (!poll.hasEnded) watching.schedule(question, poll.nextPauseMs());
    },
  };
  return question;
}

const pageSize = 500;
const lastPage = 1_000;

/** Queries many tasks of a family at once, page by page of its list, while a page answers for more than one task. */
function manyTasks(watching: Watching, family: Family, polls: readonly Poll[]): Question {
  const { context, query, schedule } = watching;
  const pauses = pauseLengths(context, family, watching.polls);
  const byKey = new Map(polls.flatMap((poll) => handleKeys(poll.handle).map((key) => [key, poll])));
  let open = new Set(polls);
  let unseen = new Set(polls);
  let pageNum = 1;
  /** Resolves to whether the next page is worth a request. */
  const readPage = async (): Promise<boolean> => {
    const page = await listOnce(context, family, { pageNum, pageSize }, query);
    const found = page.flatMap((task) => {
      const [poll] = handleKeys(task).flatMap((key) => byKey.get(key) ?? []);
      return poll && unseen.delete(poll) ? [{ poll, task }] : [];
    });
    for (const { poll, task } of found) {
      const news = await poll.saw(task);
      if (news) watching.changed(poll, news);
    }
    pageNum += 1;
    return unseen.size > 0 && page.length === pageSize && pageNum <= lastPage && found.length > 1;
  };
  /** After the last page, a task that was not in the list is queried separately. */
  const beginAgain = () => {
    for (const poll of unseen) {
      open.delete(poll);
      schedule(oneTask(watching, poll), 0);
    }
    open = new Set([...open].filter(({ hasEnded }) => !hasEnded));
    unseen = new Set(open);
    pageNum = 1;
    if (open.size > 1) return schedule(question, pauses.next(undefined));
    for (const poll of open) schedule(oneTask(watching, poll), pauses.next(undefined));
  };
  const question: Question = {
    firstMs: pauses.next(undefined),
    async ask() {
      try {
        const goesOn = await readPage();
        watching.answered();
        if (goesOn) return schedule(question, 0);
      } catch (error) {
        if (!KlingkitError.isInstance(error)) throw error;
        if (error instanceof AbortedError) return;
        watching.answered(error);
        if (isTransient(error) && !isUnreadable(error)) return schedule(question, pauses.next(error));
      }
      beginAgain();
    },
  };
  return question;
}

/** Whether the server answers, but with no list of tasks: one odd row must not hide the others for ever. */
function isUnreadable({ code, status = 500 }: KlingkitError): boolean {
  return code === "response-format" && status < 300;
}
