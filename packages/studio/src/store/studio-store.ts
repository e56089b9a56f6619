import { batch, computed, signal } from "@preact/signals";
import { type ControlClient, createControlClient } from "../control/client.js";
import { followEvents } from "../control/event-stream.js";
import type { Transport } from "../control/transport.js";
import type {
  Account,
  Callbacks,
  Clock,
  Faults,
  Ledger,
  LiveEvent,
  LoggedRequest,
  MagicKey,
  Rule,
  Scenario,
  Task,
} from "../control/types.js";
import { countPhases } from "./course.js";
import { Refresher } from "./refresher.js";
import { TaskBook } from "./task-book.js";

/** Rows of each kind the studio keeps; of more, the newest. */
const maxRows = 20_000;
const maxRequests = 1_000;
const pageSize = 500;
/** Events are taken in together, this long after the first. */
const gatherMs = 40;
const tickMs = 250;

/** Events after which all that was known is worth nothing; after `resync` because some were missed. */
const fromNothing: ReadonlySet<LiveEvent["type"]> = new Set(["reset", "restored", "resync"]);

/** The simulator's clock, as it was read; `readAt` by this page's own. */
interface ClockReading extends Clock {
  readonly readAt: number;
}

/** Something to tell the one who looks on. */
export interface Notice {
  readonly kind: "done" | "failed";
  readonly text: string;
}

/** What the studio knows of a simulator, kept up to date as things happen. */
export class StudioStore {
  readonly transport: Transport;
  readonly client: ControlClient;

  readonly connection = signal<"connecting" | "live" | "lost">("connecting");
  readonly dialect = signal("");
  readonly tasks = signal<readonly Task[]>([]);
  readonly taskCount = signal(0);
  readonly requests = signal<readonly LoggedRequest[]>([]);
  readonly requestCount = signal(0);
  readonly ledger = signal<Ledger>({
    charges: [],
    count: 0,
    total: 0,
    totalUsd: 0,
    reserved: 0,
    reservedUsd: 0,
    duplicates: 0,
  });
  readonly callbacks = signal<Callbacks>({ deliveries: [], pending: 0 });
  readonly rules = signal<readonly Rule[]>([]);
  readonly accounts = signal<readonly Account[]>([]);
  readonly magicKeys = signal<readonly MagicKey[]>([]);
  readonly scenarios = signal<readonly Scenario[]>([]);
  readonly faults = signal<Faults>({ faults: [], callbackFaults: [] });
  readonly notice = signal<Notice | undefined>(undefined);

  readonly clock = signal<ClockReading>({ now: 0, frozen: true, speed: 1, readAt: 0 });
  /** The simulator's time, in Unix milliseconds; moves on a few times a second. */
  readonly now = signal(0);
  readonly phases = computed(() => countPhases(this.tasks.value, this.now.value));

  readonly #book = new TaskBook(maxRows);
  #gathered: LiveEvent[] = [];
  #acts = 0;
  #toldAct = 0;
  #shownPhases = "";
  /** Grows with everything that makes a load under way worthless. */
  #epoch = 0;

  /** The ledger's sums are always wanted, its rows only while somebody looks at them: there may be very many. */
  #chargeReaders = 0;

  readonly #ledger = this.#refresher(async () => {
    this.ledger.value = await this.client.ledger(this.#chargeReaders > 0 ? maxRows : 0);
  });
  readonly #callbacks = this.#refresher(async () => {
    this.callbacks.value = await this.client.callbacks(maxRows);
  });
  readonly #rules = this.#refresher(async () => {
    this.rules.value = (await this.client.rules()).rules;
  });
  readonly #accounts = this.#refresher(async () => {
    const { accounts, magicKeys } = await this.client.accounts();
    batch(() => {
      this.accounts.value = accounts;
      this.magicKeys.value = magicKeys;
    });
  });

  constructor(transport: Transport) {
    this.transport = transport;
    this.client = createControlClient(transport);
  }

  /** Begins to follow the simulator. @returns ends it */
  start(): () => void {
    const end = followEvents(this.transport, {
      opened: () => void this.#loadAll(),
      event: (event) => this.#gather(event),
      lost: () => {
        this.connection.value = "lost";
      },
    });
    const ticking = setInterval(() => this.#tick(), tickMs);
    return () => {
      clearInterval(ticking);
      end();
    };
  }

  /** Keeps the ledger's rows loaded. @returns ends it */
  readCharges(): () => void {
    this.#chargeReaders += 1;
    this.#ledger.ask();
    return () => {
      this.#chargeReaders -= 1;
    };
  }

  /** Does something to the simulator and tells how it went. @param done what to say when it went well */
  async act(done: string, action: Promise<unknown>): Promise<boolean> {
    this.#acts += 1;
    const act = this.#acts;
    const notice = await action.then(
      (): Notice => ({ kind: "done", text: done }),
      (error): Notice => ({ kind: "failed", text: error instanceof Error ? error.message : String(error) }),
    );
    // What was done last has the last word, however long an earlier answer took.
    if (act >= this.#toldAct) this.notice.value = notice;
    this.#toldAct = Math.max(this.#toldAct, act);
    return notice.kind === "done";
  }

  #refresher(load: () => Promise<void>): Refresher {
    // A simulator that has gone is told by the stream.
    return new Refresher(() => load().catch(() => {}));
  }

  async #loadAll(): Promise<void> {
    this.#epoch += 1;
    const epoch = this.#epoch;
    this.#book.clear();
    this.#gathered = [];
    // A simulator that was restarted or emptied counts from 1 again.
    this.requests.value = [];
    for (const part of [this.#ledger, this.#callbacks, this.#rules, this.#accounts]) part.ask();
    try {
      const [{ dialect }, clock, log, { scenarios }, faults] = await Promise.all([
        this.client.health(),
        this.client.clock(),
        this.client.requests(maxRequests),
        this.client.scenarios(),
        this.client.faults(),
      ]);
      if (epoch !== this.#epoch) return;
      batch(() => {
        this.dialect.value = dialect;
        this.requests.value = newestRequests(log.requests, this.requests.value);
        this.requestCount.value = log.count;
        this.scenarios.value = scenarios;
        this.faults.value = faults;
        this.#readClock(clock);
        this.connection.value = "live";
      });
      await this.#loadTasks(epoch);
    } catch {
      // The stream says when the simulator is there again.
    }
  }

  /** Page by page from the newest back; what happens meanwhile comes as events. */
  async #loadTasks(epoch: number): Promise<void> {
    for (let before: string | undefined; ; ) {
      const { tasks, count } = await this.client.tasks({
        limit: pageSize,
        ...(before === undefined ? {} : { before }),
      });
      if (epoch !== this.#epoch) return;
      this.#book.append(tasks);
      this.#showTasks(count);
      before = tasks.at(-1)?.task_id;
      if (tasks.length < pageSize || this.#book.isFull) return;
    }
  }

  #showTasks(count: number): void {
    batch(() => {
      this.tasks.value = this.#book.list();
      this.taskCount.value = Math.max(count, this.tasks.value.length);
    });
  }

  #gather(event: LiveEvent): void {
    if (this.#gathered.push(event) === 1) setTimeout(() => batch(() => this.#takeIn()), gatherMs);
  }

  #takeIn(): void {
    const events = this.#gathered;
    this.#gathered = [];
    if (events.some(({ type }) => fromNothing.has(type))) return void this.#loadAll();
    const tasks = events.flatMap((event) => ("task" in event && event.task ? [event.task] : []));
    if (tasks.length > 0) {
      const created = events.filter(({ type }) => type === "task-created").length;
      this.#book.put(tasks);
      this.#showTasks(this.taskCount.value + created);
    }
    const requests = events.flatMap((event) => (event.type === "request" ? [event.detail] : []));
    if (requests.length > 0) {
      this.requests.value = newestRequests(requests, this.requests.value);
      this.requestCount.value = Math.max(this.requestCount.value, this.requests.value[0]?.number ?? 0);
    }
    this.#askForTheRest(new Set(events.map(({ type }) => type)));
    this.#takeTime(events);
  }

  /** What events only hint at is loaded again. */
  #askForTheRest(types: ReadonlySet<LiveEvent["type"]>): void {
    const has = (...some: LiveEvent["type"][]) => some.some((type) => types.has(type));
    if (has("charge", "task-moved", "task-observed", "clock")) this.#ledger.ask();
    if (has("callback", "task-created", "task-moved")) this.#callbacks.ask();
    if (has("rule-added", "rule-used", "rule-removed")) this.#rules.ask();
    if (has("account", "charge", "request", "task-moved", "clock")) this.#accounts.ask();
  }

  #takeTime(events: readonly LiveEvent[]): void {
    const moved = events.findLast((event) => event.type === "clock");
    const at = events.at(-1)?.at ?? 0;
    if (moved?.type === "clock") this.#readClock({ ...moved.detail, now: Math.max(at, moved.detail.now) });
    else this.#readClock({ ...this.clock.value, now: Math.max(at, this.#timeNow()) });
  }

  #readClock(clock: Clock): void {
    this.clock.value = { ...clock, readAt: performance.now() };
    this.now.value = clock.now;
  }

  #timeNow(): number {
    const { now, frozen, speed, readAt } = this.clock.value;
    return frozen ? now : now + (performance.now() - readAt) * speed;
  }

  #tick(): void {
    if (this.connection.value !== "live") return;
    this.now.value = this.#timeNow();
    // A task's end settles its charge, and with it the balance, and no event tells of it: statuses are computed.
    const phases = JSON.stringify(this.phases.value);
    if (phases !== this.#shownPhases) for (const part of [this.#ledger, this.#accounts]) part.ask();
    this.#shownPhases = phases;
  }
}

/** Newest first, each number once. */
function newestRequests(some: readonly LoggedRequest[], others: readonly LoggedRequest[]): readonly LoggedRequest[] {
  const byNumber = new Map([...others, ...some].map((request) => [request.number, request]));
  return [...byNumber.values()].sort((one, other) => other.number - one.number).slice(0, maxRequests);
}
