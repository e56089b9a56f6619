import type { Dialect } from "@klingkit/spec";
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
import { type MockSnapshot, restoreSnapshot, takeSnapshot } from "./state/snapshot.js";
import { type MockAnswer, type MockRequest, mockError } from "./wire/http.js";
import type { Parts } from "./wire/parts.js";
import type { Rules } from "./wire/rules.js";

/** A simulator: no port, no Node; hosts bring its answers to where they are needed. */
export interface Mock extends AsyncDisposable {
  readonly dialect: Dialect;
  readonly clock: MockClock;
  readonly tasks: MockTasks;
  readonly ledger: Ledger;
  readonly accounts: Accounts;
  /** Rules that steer requests: faults, refusals, scenarios, delays. */
  readonly rules: Rules;
  /** The latest requests, without keys and pictures. */
  readonly requests: RequestLog;
  /** Everything that happens, as it happens. */
  readonly events: Events;
  /** The callbacks that were sent, and those still to come. */
  readonly callbacks: Callbacks;
  /** Answers one request. A promise only where a result has to be rendered or a token checked. */
  handle(request: MockRequest): MockAnswer | Promise<MockAnswer>;
  /** Why a request may not use the control API, for hosts that serve something beside it; undefined where it may. */
  refuseControl(request: MockRequest): MockAnswer | undefined;
  /** Whether the path is one of the simulator's own. */
  knows(path: string): boolean;
  /** A `fetch` that asks this simulator and nobody else. */
  readonly fetch: typeof globalThis.fetch;
  /** Forgets every task, charge, account, picture, rule, logged request and callback, those to come too; the clock goes on. With the name of an account: only what is its own, and it has its units again. @throws MockProblem for an unknown account */
  reset(account?: string): void;
  /** Everything there is, as JSON. */
  snapshot(): MockSnapshot;
  /** Makes everything as it was, the clock too. */
  restore(snapshot: MockSnapshot): void;
  /**
   * Ends the simulator: callbacks are not sent any more, those under way are cut, as are streams and answers that were held
   * back. Later requests fail as if the server were gone. Tasks and charges can still be read. A renderer or journal that was
   * handed in is not closed: its owner closes it.
   */
  close(): Promise<void>;
  /** Aborted when the simulator was closed, for hosts: the reason is what a `fetch` then throws. */
  readonly closed: AbortSignal;
}

/** Makes a simulator. Nothing is listening until a host is put around it. */
export function createMock(options: MockOptions = {}): Mock {
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
