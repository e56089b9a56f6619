import type { Delivery } from "./delivery-log.js";
import type { Charge } from "./ledger.js";
import type { LoggedRequest } from "./request-log.js";

/** The data of each kind of event. */
export interface EventDetails {
  /** A request was answered. */
  request: LoggedRequest;
  /** A task was accepted. */
  "task-created": { readonly taskId: string; readonly operation: string; readonly account: string };
  /** A query returned another status than the last one. Statuses are computed, so there is no event before a query. */
  "task-observed": { readonly taskId: string; readonly status: string };
  /** A task was moved by hand or by a query, so its plan has changed. */
  "task-moved": { readonly taskId: string; readonly status: string };
  /** A request was accepted although something in it is doubtful, for example a discontinued model. */
  warning: { readonly operation: string; readonly field: string; readonly message: string };
  /** A task's row was added to the ledger. */
  charge: Charge;
  /** A callback was sent, or was not. */
  callback: Delivery;
  /** A rule was added. */
  "rule-added": { readonly id: string; readonly prefer: string };
  /** A rule was applied to a request; `left` is null if the rule has no limit. */
  "rule-used": { readonly id: string; readonly left: number | null };
  /** A rule was removed, or was used up. */
  "rule-removed": { readonly id: string };
  /** An account was opened or given other limits. */
  account: { readonly account: string };
  /** The clock was advanced, frozen, unfrozen or given another speed. */
  clock: { readonly now: number; readonly frozen: boolean; readonly speed: number };
  /** The simulator was reset, or one account of it. */
  reset: { readonly account?: string };
  /** A snapshot was restored; `tasks` says how many it has. */
  restored: { readonly tasks: number };
}

export type EventType = keyof EventDetails;

/** Something that happened; `at` in Unix milliseconds of the simulator's clock. */
export type MockEvent = {
  readonly [Type in EventType]: { readonly type: Type; readonly at: number; readonly detail: EventDetails[Type] };
}[EventType];

export type EventListener = (event: MockEvent) => void;

/** Calls listeners when something happens, at once and in order. */
export class Events {
  readonly #listeners = new Set<EventListener>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @returns a function that ends the subscription */
  subscribe(listener: EventListener): () => void {
    const own: EventListener = (event) => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** Calls every listener. One that throws stops neither the answer nor the other listeners. */
  emit<Type extends EventType>(type: Type, detail: EventDetails[Type]): void {
    if (this.#listeners.size === 0) return;
    const event = { type, at: this.#now(), detail } as MockEvent;
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Number of listeners. */
  get listeners(): number {
    return this.#listeners.size;
  }
}
