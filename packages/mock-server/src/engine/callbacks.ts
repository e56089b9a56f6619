import { Agenda } from "./agenda.js";
import {
  CallbackDeliveries,
  type CallbackSurroundings,
  type Recipient,
  type UnsettledSend,
} from "./callback-deliveries.js";
import { callbackFaults, type Notice, noticesOf } from "./callback-faults.js";
import type { CallbackOptions } from "./callback-options.js";
import type { Delivery } from "./delivery-log.js";
import type { TaskRecord } from "./task-record.js";

/** A task whose changes are reported. */
interface Followed extends Recipient {
  /** Statuses that have been reported. */
  readonly told: Set<string>;
  /** Takes the next notice out of the schedule. */
  cancel: () => void;
}

/** The callbacks that one task still has to send, as JSON. */
export interface UnfinishedCallbacks {
  readonly taskId: string;
  /** Start of the result addresses they carry. */
  readonly origin: string;
  readonly faultName: string | null;
  /** Statuses whose callbacks were sent, or are among `unsettled`. */
  readonly told: readonly string[];
  readonly unsettled: readonly UnsettledSend[];
}

/** Called whenever a task's unfinished callbacks have changed; with undefined when the last one is settled. */
type UnfinishedListener = (taskId: string, unfinished: UnfinishedCallbacks | undefined) => void;

/** Sends changes of tasks to their `callback_url`. Statuses stay computed; only the deliveries are scheduled. */
export class Callbacks {
  readonly #submittedToo: boolean;
  readonly #agenda: Agenda;
  readonly #deliveries: CallbackDeliveries;
  readonly #followed = new Map<string, Followed>();
  #changed: UnfinishedListener = () => {};
  #isClosed = false;

  /** @throws RangeError for a secret that is not base64 */
  constructor(options: CallbackOptions, surroundings: CallbackSurroundings) {
    this.#submittedToo = options.callbackOnSubmitted ?? true;
    this.#agenda = new Agenda(surroundings.clock);
    const delivered = (delivery: Delivery) => {
      surroundings.delivered(delivery);
      this.#settled(delivery.taskId);
    };
    this.#deliveries = new CallbackDeliveries(options, { ...surroundings, delivered }, this.#agenda);
  }

  /** All deliveries so far, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries.list;
  }

  /** How many deliveries are scheduled: each task's next change, and every retry. */
  get pending(): number {
    return this.#agenda.size;
  }

  /** How many deliveries about one account's tasks are scheduled. */
  pendingOf(account: string): number {
    return this.#agenda.sizeOf(account);
  }

  /** Deliveries so far about one account's tasks, oldest first. */
  deliveriesOf(account: string): readonly Delivery[] {
    return this.#deliveries.listOf(account);
  }

  /** Number of deliveries that the log has dropped because there were too many. */
  get dropped(): number {
    return this.#deliveries.dropped;
  }

  /** Whether a callback to this address is being sent. */
  isSending(address: string): boolean {
    return this.#deliveries.isSending(address);
  }

  /**
   * Resolves when no callback is being sent. It does not wait for deliveries that are scheduled for a later time of the
   * clock.
   */
  async settled(): Promise<void> {
    await Promise.resolve();
    await this.#deliveries.settled();
  }

  /** Reports the task's changes from now on, where its request asks for callbacks. @param faultName name of a callback fault */
  follow(task: TaskRecord, origin: string, faultName?: string): void {
    if (callbackUrl(task) === undefined) return;
    const unfinished = { taskId: task.id, origin, faultName: faultName ?? null, told: [], unsettled: [] };
    this.resume(task, unfinished);
    this.#changed(task.id, unfinished);
  }

  /** Goes on with the callbacks that `unfinished` returned earlier. */
  resume(task: TaskRecord, { origin, faultName, told, unsettled }: UnfinishedCallbacks): void {
    const url = callbackUrl(task);
    if (url === undefined) return;
    const fault = faultName === null ? undefined : callbackFaults[faultName];
    const common = { task, url, origin, faultName: faultName ?? undefined, fault, cancel: () => {} };
    const followed = { ...common, told: new Set(told), unsettled: new Set(unsettled) };
    this.#followed.set(task.id, followed);
    this.#deliveries.resume(followed);
    this.#await(followed);
  }

  /** The scheduled callbacks, task by task. */
  unfinished(): UnfinishedCallbacks[] {
    return [...this.#followed.values()].map(unfinishedOf);
  }

  /** Sets the one listener, which keeps the unfinished callbacks. */
  onChanged(listener: UnfinishedListener): void {
    this.#changed = listener;
  }

  /** Reschedules a task's callbacks after its plan has changed. */
  replanned({ id }: TaskRecord): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    followed.cancel();
    this.#await(followed);
  }

  /** Removes one account's deliveries, also the scheduled ones. */
  forgetAccount(account: string): void {
    this.#agenda.forgetAccount(account);
    this.#deliveries.forgetAccount(account);
    for (const followed of [...this.#followed.values()]) {
      if (followed.task.account !== account) continue;
      // Deliveries that are under way look here, and end.
      followed.unsettled.clear();
      this.#followed.delete(followed.task.id);
      this.#changed(followed.task.id, undefined);
    }
  }

  /** Removes all deliveries, and cancels the scheduled ones. */
  clear(): void {
    this.#agenda.clear();
    this.#followed.clear();
    this.#deliveries.clear();
  }

  /** Stops sending, and cuts the deliveries under way. The scheduled callbacks can still be read. */
  close(): void {
    this.#isClosed = true;
    this.#agenda.clear();
    this.#deliveries.stop();
  }

  /** One task has one entry at a time in the schedule: its next notice. */
  #await(followed: Followed): void {
    if (this.#isClosed) return;
    const next = this.#nextOf(followed);
    if (!next) return;
    const tell = () => {
      followed.told.add(next.state.status);
      this.#deliveries.tell(followed, next);
      this.#await(followed);
    };
    followed.cancel = this.#agenda.at(next.at, tell, followed.task.account);
  }

  #nextOf({ task, told, fault }: Followed): Notice | undefined {
    const notices = noticesOf(task.plan, fault, this.#submittedToo);
    return notices.find(({ state }) => !told.has(state.status));
  }

  /** A send has been settled. A task that has nothing left to send is forgotten. */
  #settled(taskId: string): void {
    const followed = this.#followed.get(taskId);
    if (!followed) return;
    const isOver = followed.unsettled.size === 0 && !this.#nextOf(followed) && hasEnding(followed);
    if (isOver) this.#followed.delete(taskId);
    this.#changed(taskId, isOver ? undefined : unfinishedOf(followed));
  }
}

/** The address that the task's request gives for its callbacks. */
function callbackUrl({ request }: TaskRecord): string | undefined {
  const url = request.callback_url;
  return typeof url === "string" && url !== "" ? url : undefined;
}

function unfinishedOf({ task, origin, faultName, told, unsettled }: Followed): UnfinishedCallbacks {
  return { taskId: task.id, origin, faultName: faultName ?? null, told: [...told], unsettled: [...unsettled] };
}

/** Whether its plan has an end. A task that waits to be moved by hand or by reads gets one later. */
function hasEnding({ task: { plan } }: Followed): boolean {
  return plan.ending.status !== "stuck" && Number.isFinite(plan.endsAt);
}
