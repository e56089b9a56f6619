import { webhookKey } from "@klingkit/spec/web";
import type { Agenda } from "./agenda.js";
import type { CallbackFault, Notice } from "./callback-faults.js";
import type { CallbackOptions } from "./callback-options.js";
import { type CallbackMessage, CallbackSender, type SendResult } from "./callback-sender.js";
import type { MockClock } from "./clock.js";
import { type Delivery, DeliveryLog } from "./delivery-log.js";
import type { TaskState } from "./lifecycle.js";
import { SerialQueues } from "./serial-queues.js";
import type { TaskRecord } from "./task-record.js";

/** What callbacks need of the simulator. */
export interface CallbackSurroundings {
  readonly clock: MockClock;
  /** The body of a task's callback. @param origin start of its result addresses */
  body(task: TaskRecord, state: TaskState, origin: string): Readonly<Record<string, unknown>>;
  /** Told of every send that is settled. */
  delivered(delivery: Delivery): void;
}

/** The receiver of one task's callbacks, and the fault its callbacks have. */
export interface Recipient {
  readonly task: TaskRecord;
  readonly url: string;
  readonly origin: string;
  readonly faultName: string | undefined;
  readonly fault: CallbackFault | undefined;
  /** Sends that are not settled. */
  readonly unsettled: Set<UnsettledSend>;
}

/** A send that is scheduled or under way. */
export interface UnsettledSend {
  readonly notice: Notice;
  /** 1 for the first. */
  readonly attempt: number;
  /** When it is due, in Unix milliseconds. */
  readonly at: number;
}

/** Sends callbacks, again where they are not taken, and logs every send. */
export class CallbackDeliveries {
  readonly #surroundings: CallbackSurroundings;
  readonly #options: CallbackOptions;
  readonly #agenda: Agenda;
  readonly #sender: CallbackSender;
  readonly #log: DeliveryLog;
  /** A task's callbacks follow each other. */
  readonly #queues = new SerialQueues();
  /** Aborted when everything is forgotten. */
  #life = new AbortController();

  /** @throws RangeError for a secret that is not base64 */
  constructor(options: CallbackOptions, surroundings: CallbackSurroundings, agenda: Agenda) {
    this.#surroundings = surroundings;
    this.#options = options;
    this.#agenda = agenda;
    this.#log = new DeliveryLog(options.maxDeliveries ?? 10_000);
    this.#sender = new CallbackSender(surroundings.clock, {
      fetch: options.callbackFetch,
      keys: [options.callbackSecret ?? []].flat().map(webhookKey),
      allowedHosts: options.allowCallbackHosts,
      timeoutMs: options.callbackRetry?.timeoutMs ?? 10_000,
      signedAt: options.callbackTime ?? "wall",
    });
  }

  get list(): readonly Delivery[] {
    return this.#log.deliveries;
  }

  listOf(account: string): readonly Delivery[] {
    return this.#log.of(account);
  }

  /** Number of deliveries that the log has dropped. */
  get dropped(): number {
    return this.#log.dropped;
  }

  isSending(address: string): boolean {
    return this.#sender.isSending(address);
  }

  settled(): Promise<void> {
    return this.#queues.settled();
  }

  /** Tells one change: once, or as often as the fault says. */
  tell(recipient: Recipient, notice: Notice): void {
    const copies = recipient.fault?.copies ?? 1;
    const at = this.#surroundings.clock.now();
    if (copies === 0)
      this.#record(
        recipient,
        { notice, attempt: 1, at },
        { outcome: "dropped", answerStatus: null, reason: "dropped on purpose" },
      );
    for (let copy = 0; copy < copies; copy += 1) {
      const unsettled = { notice, attempt: 1, at };
      recipient.unsettled.add(unsettled);
      this.#send(recipient, unsettled);
    }
  }

  /** Schedules every unsettled send for its time; sends at once those whose time has passed. */
  resume(recipient: Recipient): void {
    for (const unsettled of recipient.unsettled) this.#schedule(recipient, unsettled);
  }

  /** Forgets what was sent of one account's tasks. */
  forgetAccount(account: string): void {
    this.#log.forgetAccount(account);
  }

  clear(): void {
    this.stop();
    this.#life = new AbortController();
    this.#log.clear();
  }

  /** Ends what is under way; nothing is sent any more. */
  stop(): void {
    this.#life.abort();
    this.#queues.clear();
  }

  #schedule(recipient: Recipient, unsettled: UnsettledSend): void {
    this.#agenda.at(unsettled.at, () => this.#send(recipient, unsettled), recipient.task.account);
  }

  #send(recipient: Recipient, unsettled: UnsettledSend): void {
    const { signal } = this.#life;
    this.#queues.run(recipient.task.id, async () => {
      if (signal.aborted || !recipient.unsettled.has(unsettled)) return;
      const result = await this.#sender.send(this.#message(recipient, unsettled.notice), signal);
      if (!signal.aborted) this.#surroundings.clock.atOneMoment(() => this.#settle(recipient, unsettled, result));
    });
  }

  #settle(recipient: Recipient, unsettled: UnsettledSend, result: SendResult): void {
    // It was taken back while it was under way.
    if (!recipient.unsettled.delete(unsettled)) return;
    const again = isTransient(result) ? this.#nextTry(unsettled) : undefined;
    if (again) {
      recipient.unsettled.add(again);
      this.#schedule(recipient, again);
    }
    this.#record(recipient, unsettled, result);
  }

  #nextTry({ notice, attempt }: UnsettledSend): UnsettledSend | undefined {
    const { attempts = 4, firstDelayMs = 1_000, maxDelayMs = 60_000 } = this.#options.callbackRetry ?? {};
    if (attempt >= attempts) return undefined;
    const delay = Math.min(maxDelayMs, firstDelayMs * 2 ** (attempt - 1));
    return { notice, attempt: attempt + 1, at: this.#surroundings.clock.now() + delay };
  }

  #message({ task, url, origin, fault }: Recipient, { state }: Notice): CallbackMessage {
    const body = this.#surroundings.body(task, state, origin);
    const told = fault?.wrongId ? { ...body, task_id: upstreamId(task) } : body;
    return { id: `${task.id}-${state.status}`, url, body: JSON.stringify(told) };
  }

  #record({ task, url, faultName }: Recipient, { notice, attempt }: UnsettledSend, result: SendResult): void {
    const { clock, delivered } = this.#surroundings;
    const common = { at: clock.now(), taskId: task.id, status: notice.state.status, url, attempt };
    const delivery = { ...common, ...result, fault: faultName ?? null };
    this.#log.record(delivery, task.account);
    delivered(delivery);
  }
}

/** Another answer may help; being allowed to go there is a setting. */
function isTransient({ outcome }: SendResult): boolean {
  return outcome === "refused" || outcome === "unreachable" || outcome === "timed-out";
}

/** An id near the task's own that no task here has. */
function upstreamId(task: TaskRecord): string {
  return String(BigInt(task.id) + 2_000_003n);
}
