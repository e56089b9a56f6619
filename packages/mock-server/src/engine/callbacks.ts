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
import type { TaskRecord } from "./tasks.js";

/** A task whose changes are told. */
interface Followed extends Recipient {
  /** Statuses that have been told. */
  readonly told: Set<string>;
  /** Takes the next notice out of the schedule. */
  cancel: () => void;
}

/** What is still to come of one task's callbacks, as JSON. */
export interface UnfinishedCallbacks {
  readonly taskId: string;
  /** Start of the result addresses they carry. */
  readonly origin: string;
  readonly faultName: string | null;
  /** Statuses that have been told, but for what is unsettled. */
  readonly told: readonly string[];
  readonly unsettled: readonly UnsettledSend[];
}

/** Told whenever what is to come of a task's callbacks has become something else; undefined where nothing is. */
type UnfinishedListener = (taskId: string, unfinished: UnfinishedCallbacks | undefined) => void;

/** Tells tasks' changes to their `callback_url`. Statuses stay computed; only the sends are scheduled. */
export class Callbacks {
  readonly #submittedToo: boolean;
  readonly #agenda: Agenda;
  readonly #deliveries: CallbackDeliveries;
  readonly #followed = new Map<string, Followed>();
  #changed: UnfinishedListener = () => {};

  /** @throws RangeError for a secret that is none */
  constructor(options: CallbackOptions, surroundings: CallbackSurroundings) {
    this.#submittedToo = options.callbackOnSubmitted ?? true;
    this.#agenda = new Agenda(surroundings.clock);
    const delivered = (delivery: Delivery) => {
      surroundings.delivered(delivery);
      this.#settled(delivery.taskId);
    };
    this.#deliveries = new CallbackDeliveries(options, { ...surroundings, delivered }, this.#agenda);
  }

  /** Every send so far, oldest first. */
  get deliveries(): readonly Delivery[] {
    return this.#deliveries.list;
  }

  /** How many sends are in the schedule: a task's next change, and what is to be sent again. */
  get pending(): number {
    return this.#agenda.size;
  }

  /** Resolves once nothing is being sent; what the clock has not reached yet is not waited for. */
  async settled(): Promise<void> {
    await Promise.resolve();
    await this.#deliveries.settled();
  }

  /** Tells the task's changes from now on, where its request asked for that. @param faultName a callback fault's */
  follow(task: TaskRecord, origin: string, faultName?: string): void {
    if (callbackUrl(task) === undefined) return;
    const unfinished = { taskId: task.id, origin, faultName: faultName ?? null, told: [], unsettled: [] };
    this.resume(task, unfinished);
    this.#changed(task.id, unfinished);
  }

  /** Goes on with what was to come when it was taken down. */
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

  /** What is still to come, task by task. */
  unfinished(): UnfinishedCallbacks[] {
    return [...this.#followed.values()].map(unfinishedOf);
  }

  /** There is one listener: who keeps what is to come. */
  onChanged(listener: UnfinishedListener): void {
    this.#changed = listener;
  }

  /** The task's plan has become another. */
  replanned({ id }: TaskRecord): void {
    const followed = this.#followed.get(id);
    if (!followed) return;
    followed.cancel();
    this.#await(followed);
  }

  /** Forgets every delivery, those to come too. */
  clear(): void {
    this.#agenda.clear();
    this.#followed.clear();
    this.#deliveries.clear();
  }

  /** One task has one entry at a time in the schedule: its next notice. */
  #await(followed: Followed): void {
    const next = this.#nextOf(followed);
    if (!next) return;
    followed.cancel = this.#agenda.at(next.at, () => {
      followed.told.add(next.state.status);
      this.#deliveries.tell(followed, next);
      this.#await(followed);
    });
  }

  #nextOf({ task, told, fault }: Followed): Notice | undefined {
    const notices = noticesOf(task.plan, fault, this.#submittedToo);
    return notices.find(({ state }) => !told.has(state.status));
  }

  /** A send has been settled; a task of which nothing is to come any more is forgotten. */
  #settled(taskId: string): void {
    const followed = this.#followed.get(taskId);
    if (!followed) return;
    const isOver = followed.unsettled.size === 0 && !this.#nextOf(followed) && hasEnding(followed);
    if (isOver) this.#followed.delete(taskId);
    this.#changed(taskId, isOver ? undefined : unfinishedOf(followed));
  }
}

/** Where the task's request wants its changes told. */
function callbackUrl({ request }: TaskRecord): string | undefined {
  const url = request.callback_url;
  return typeof url === "string" && url !== "" ? url : undefined;
}

function unfinishedOf({ task, origin, faultName, told, unsettled }: Followed): UnfinishedCallbacks {
  return { taskId: task.id, origin, faultName: faultName ?? null, told: [...told], unsettled: [...unsettled] };
}

/** Whether its plan ends at all: what waits for a hand or for reads gets a time later. */
function hasEnding({ task: { plan } }: Followed): boolean {
  return plan.ending.status !== "stuck" && Number.isFinite(plan.endsAt);
}
