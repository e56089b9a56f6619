import { onAbort } from "@klingkit/spec/web";
import { AbortedError, type PartialHandle } from "../errors/index.js";
import { monotonic } from "../lib/clock.js";
import type { PaidRequest, Place } from "../ports.js";
import type { Outcome } from "../submit/outcome.js";
import { handleKeys } from "../tasks/handle.js";
import { isTransient } from "../tasks/poll.js";
import { isEnd } from "../tasks/status.js";
import type { AnyTask } from "../tasks/task.js";

/** A running task and its slots. */
interface Holder {
  readonly request: PaidRequest;
  readonly handle: PartialHandle;
  readonly slots: number;
  /** Milliseconds by a clock that never runs backwards. */
  readonly now: () => number;
  /** When it was last queried, by that clock. */
  seenAt: number;
}

/** A request that waits for slots. */
interface Waiter {
  readonly slots: number;
  take(): void;
}

/** The slots of one model: the tasks that use them, and the requests that wait for them. */
export class ModelSlots {
  /** Slots in use. */
  taken = 0;
  readonly #given: number;
  #limit: number;
  readonly #queue: Waiter[] = [];
  readonly #holders = new Set<Holder>();
  readonly #byKey = new Map<string, Holder>();
  #lookingUp: AbortController | undefined;

  /** @param limit number of slots, `Infinity` if it has to be learned */
  constructor(limit: number) {
    this.#given = limit;
    this.#limit = limit;
  }

  place(request: PaidRequest, slots: number): Place {
    let state: "new" | "has" | "refused" = "new";
    return {
      ready: async () => {
        if (state === "has") return;
        // A request that was refused goes to the front: it had waited already.
        await this.#wait(request, { slots, isFirst: state === "refused" });
        state = "has";
      },
      refused: ({ code }) => {
        if (code !== "concurrency-limit" || state !== "has") return;
        state = "refused";
        this.#limit = Math.max(1, Math.min(this.#limit, this.taken - slots));
        this.#giveBack(slots);
      },
      settle: (outcome) => {
        if (state !== "has") return;
        const handle = handleAfter(outcome);
        if (handle) this.#hold(request, handle, slots);
        else this.#giveBack(slots);
      },
    };
  }

  saw(task: AnyTask): void {
    const [holder] = handleKeys(task).flatMap((key) => this.#byKey.get(key) ?? []);
    if (!holder) return;
    holder.seenAt = holder.now();
    if (isEnd(task.task_status)) this.#release(holder);
  }

  #wait(
    { signal }: PaidRequest,
    { slots, isFirst }: { readonly slots: number; readonly isFirst: boolean },
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortedError(signal.reason));
      const stop = onAbort(signal, () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        reject(new AbortedError(signal?.reason));
        this.#serve();
      });
      const take = () => {
        stop();
        this.taken += slots;
        resolve();
      };
      const waiter = { slots, take };
      if (isFirst) this.#queue.unshift(waiter);
      else this.#queue.push(waiter);
      this.#serve();
    });
  }

  /**
   * Gives slots to the first requests in the queue while there are enough. A request for more than the limit runs
   * alone.
   */
  #serve(): void {
    for (let first = this.#queue[0]; first; first = this.#queue[0]) {
      if (this.taken > 0 && this.taken + first.slots > Math.floor(this.#limit)) break;
      this.#queue.shift();
      first.take();
    }
    if (this.#queue.length > 0) {
      void this.#lookUp();
      return;
    }
    this.#lookingUp?.abort();
    this.#lookingUp = undefined;
  }

  #giveBack(slots: number): void {
    this.taken -= slots;
    this.#serve();
  }

  #hold(request: PaidRequest, handle: PartialHandle, slots: number): void {
    const now = monotonic(request.clock);
    const holder = { request, handle, slots, now, seenAt: now() };
    this.#holders.add(holder);
    for (const key of handleKeys(handle)) this.#byKey.set(key, holder);
    this.#serve();
  }

  #release(holder: Holder): void {
    if (!this.#holders.delete(holder)) return;
    for (const key of handleKeys(holder.handle)) if (this.#byKey.get(key) === holder) this.#byKey.delete(key);
    // A limit that was learned may have come from another user of the account: one more is tried after each round.
    this.#limit = Math.min(this.#given, this.#limit + 1 / this.#limit);
    this.#giveBack(holder.slots);
  }

  /** While a request waits, queries the task that was not queried for the longest time. */
  async #lookUp(): Promise<void> {
    if (this.#lookingUp) return;
    this.#lookingUp = new AbortController();
    const { signal } = this.#lookingUp;
    while (!signal.aborted) {
      const [holder] = [...this.#holders].sort((left, right) => ageOf(right) - ageOf(left));
      if (!holder) break;
      const { request, handle, now } = holder;
      await request.clock.sleep(request.pollMs, signal).catch(() => {});
      if (signal.aborted || ageOf(holder) < request.pollMs) continue;
      const isOver = await request.get(handle, { signal }).then(
        (task) => isEnd(task.task_status),
        // A task that can't be asked for is taken to be over; the provider refuses what is too much.
        (error: unknown) => !signal.aborted && !isTransient(error),
      );
      // Also where `saw` found another holder by that id: a request that was sent again has the same one.
      if (isOver) this.#release(holder);
      holder.seenAt = now();
    }
    if (!signal.aborted) this.#lookingUp = undefined;
  }
}

/** The task that may be running after a request; undefined if there is no task, or no id to query it. */
function handleAfter(outcome: Outcome): PartialHandle | undefined {
  if (outcome.kind === "refused") return undefined;
  const { handle } = outcome;
  return handle.task_id || handle.external_task_id ? handle : undefined;
}

function ageOf({ now, seenAt }: Holder): number {
  return now() - seenAt;
}
