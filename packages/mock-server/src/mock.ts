import type { Dialect } from "@klingkit/spec";
import { checkOptions } from "./check-options.js";
import { compose } from "./compose.js";
import type { Accounts } from "./engine/accounts.js";
import type { Callbacks } from "./engine/callbacks.js";
import type { MockClock } from "./engine/clock.js";
import type { Events } from "./engine/events.js";
import type { Ledger } from "./engine/ledger.js";
import type { RequestLog } from "./engine/request-log.js";
import type { MockTasks } from "./engine/tasks.js";
import { handleRequest, knowsPath } from "./handle.js";
import { fetchAround } from "./hosts/fetch.js";
import { failure } from "./hosts/web.js";
import type { MockOptions } from "./options.js";
import type { Journal } from "./state/journal.js";
import { everything, record } from "./state/record.js";
import { replay } from "./state/replay.js";
import { restoreSnapshot, takeSnapshot } from "./state/snapshot.js";
import type { MockSnapshot } from "./state/snapshot-format.js";
import { type MockAnswer, type MockRequest, mockError } from "./wire/http.js";
import type { Parts } from "./wire/parts.js";
import type { Rules } from "./wire/rules.js";

/** A simulator. It uses no port and nothing of Node; hosts connect it to a port, Express or MSW. */
export interface Mock extends AsyncDisposable {
  /** The server that it simulates. */
  readonly dialect: Dialect;
  /** Its time, which you can freeze, advance and speed up. */
  readonly clock: MockClock;
  /** The tasks that were made, and calls that move them on by hand. */
  readonly tasks: MockTasks;
  /** What each create costs, and duplicate charges. */
  readonly ledger: Ledger;
  /** What each key may do. */
  readonly accounts: Accounts;
  /** Rules for requests: faults, refusals, scenarios, delays. */
  readonly rules: Rules;
  /** The latest requests, without keys and pictures. */
  readonly requests: RequestLog;
  /** Events of the simulator, at the moment they happen. */
  readonly events: Events;
  /** The callbacks (webhooks) that were sent, and the scheduled ones. */
  readonly callbacks: Callbacks;
  /** Answers one request. It returns a promise only if a result has to be rendered or a token checked. */
  handle(request: MockRequest): MockAnswer | Promise<MockAnswer>;
  /** Why a request may not use the control API; undefined if it may. For hosts that add routes of their own. */
  refuseControl(request: MockRequest): MockAnswer | undefined;
  /** Whether the path belongs to the simulator. */
  knows(path: string): boolean;
  /** A `fetch` whose requests are all answered by this simulator. */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Removes all tasks, charges, accounts, pictures, rules, logged requests and callbacks, also scheduled ones; the
   * clock goes on. With the name of an account, it removes only that account's, and gives the account its units back.
   * @throws MockProblem for an unknown account
   */
  reset(account?: string): void;
  /** The whole state of the simulator, as JSON. */
  snapshot(): MockSnapshot;
  /** Restores the state of a snapshot, including the clock. */
  restore(snapshot: MockSnapshot): void;
  /**
   * Ends the simulator. Callbacks, streams and delayed answers that are under way are cut, and no further callbacks are
   * sent. Later requests fail as if the server were down. Tasks and charges can still be read. A renderer or journal
   * that you passed in is not closed.
   */
  close(): Promise<void>;
  /** Aborted when the simulator is closed. Its reason is the error that a `fetch` then throws. For hosts. */
  readonly closed: AbortSignal;
}

/**
 * Makes a simulator. It does not listen on a port; use its `fetch`, or start a server around it.
 * @throws RangeError for an option with a value that can't be
 */
export function createMock(options: MockOptions = {}): Mock {
  checkOptions(options);
  const parts = compose(options);
  const { journal } = options;
  if (journal) keepIn(journal, parts);
  const life = new AbortController();
  const close = async () => {
    parts.callbacks.close();
    parts.lateCreates.clear();
    life.abort(failure("read", "ECONNRESET"));
  };
  const mock = {
    dialect: parts.dialect,
    clock: parts.clock,
    tasks: parts.tasks,
    ledger: parts.ledger,
    accounts: parts.accounts,
    rules: parts.rules,
    requests: parts.requests,
    events: parts.events,
    callbacks: parts.callbacks,
    handle: (request: MockRequest) =>
      life.signal.aborted ? goneAnswer : onceDurable(journal, handleRequest(parts, request)),
    refuseControl: (request: MockRequest) => parts.access.refuseControl(request),
    knows: (path: string) => knowsPath(parts, path),
    reset: parts.reset,
    snapshot: () => takeSnapshot(parts),
    restore: (snapshot: MockSnapshot) => restoreSnapshot(parts, structuredClone(snapshot)),
    close,
    [Symbol.asyncDispose]: close,
    closed: life.signal,
  };
  return { ...mock, fetch: fetchAround(mock) };
}

/** What is behind an address where nothing listens any more. */
const goneAnswer: MockAnswer = { ...mockError(503, "closed", "This simulator was closed."), refused: true };

/** Restores what the journal holds, and records every change from then on. */
function keepIn(journal: Journal, parts: Parts): void {
  journal.attach({
    dialect: parts.dialect,
    replay: (entries) => replay(parts, entries),
    everything: () => everything(parts),
    get size() {
      return parts.tasks.size + parts.accounts.list().length;
    },
  });
  record(parts, journal);
}

/** No answer leaves before the changes it reports are durable. */
function onceDurable(journal: Journal | undefined, answer: MockAnswer | Promise<MockAnswer>) {
  if (!journal) return answer;
  if (answer instanceof Promise) return answer.then((done) => journal.durable()?.then(() => done) ?? done);
  return journal.durable()?.then(() => answer) ?? answer;
}
