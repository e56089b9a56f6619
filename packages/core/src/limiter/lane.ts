import type { Family } from "@klingkit/spec";
import { AbortedError, KlingkitError, type PartialHandle } from "../errors/index.js";
import type { Place } from "../operations/admission.js";
import type { OperationContext } from "../operations/context.js";
import { getOnce } from "../operations/query.js";
import type { AnyTask } from "../operations/task.js";
import { isMissedPoll } from "../operations/wait.js";
import { isEnd } from "../task/status.js";

/** A request that wants slots. */
interface Wanted {
  readonly context: OperationContext;
  readonly family: Family;
  readonly slots: number;
  readonly signal: AbortSignal | undefined;
}

/** A task that has slots until it has ended. */
interface Holder extends Wanted {
  readonly handle: PartialHandle;
  seenAt: number;
}

interface Waiter {
  readonly slots: number;
  go(): void;
}

/** The provider's word for too many tasks at a time. */
const overCap = 1303;

/** The slots of one model, and who waits for them. */
export class Lane {
  taken = 0;
  readonly #given: number;
  #limit: number;
  readonly #line: Waiter[] = [];
  readonly #holders = new Set<Holder>();
  readonly #byId = new Map<string, Holder>();
  #lookingUp: AbortController | undefined;

  constructor(limit: number) {
    this.#given = limit;
    this.#limit = limit;
  }

  place(wanted: Wanted): Place {
    const { slots } = wanted;
    let state: "new" | "has" | "refused" = "new";
    return {
      ready: async () => {
        if (state === "has") return;
        // Who was refused goes first: it had waited already.
        await this.#wait(wanted, state === "refused");
        state = "has";
      },
      refused: (error) => {
        if (!KlingkitError.isInstance(error) || error.providerCode !== overCap || state !== "has") return;
        state = "refused";
        this.#limit = Math.max(1, Math.min(this.#limit, this.taken - slots));
        this.#giveBack(slots);
      },
      settle: (made) => {
        if (state !== "has") return;
        // What has no id can't be asked for; were it held, it would be for ever.
        if (made?.task_id || made?.external_task_id) this.#hold(wanted, made);
        else this.#giveBack(slots);
      },
    };
  }

  saw(task: AnyTask): void {
    const holder =
      this.#byId.get(keyOf(task.family, task.task_id)) ?? this.#byId.get(keyOf(task.family, task.external_task_id));
    if (!holder) return;
    holder.seenAt = holder.context.clock.now();
    if (isEnd(task.task_status)) this.#release(holder);
  }

  #wait(wanted: Wanted, first: boolean): Promise<void> {
    const { slots, signal } = wanted;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new AbortedError(signal.reason));
      const onAbort = () => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        reject(new AbortedError(signal?.reason));
        this.#serve();
      };
      const go = () => {
        signal?.removeEventListener("abort", onAbort);
        this.taken += slots;
        resolve();
      };
      const waiter = { slots, go };
      signal?.addEventListener("abort", onAbort, { once: true });
      if (first) this.#line.unshift(waiter);
      else this.#line.push(waiter);
      this.#serve();
    });
  }

  /** Lets go who is first as long as there is room; one that needs more than there can be goes alone. */
  #serve(): void {
    for (let first = this.#line[0]; first; first = this.#line[0]) {
      if (this.taken > 0 && this.taken + first.slots > Math.floor(this.#limit)) break;
      this.#line.shift();
      first.go();
    }
    if (this.#line.length > 0) {
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

  #hold(wanted: Wanted, handle: PartialHandle): void {
    const holder = { ...wanted, handle, seenAt: wanted.context.clock.now() };
    this.#holders.add(holder);
    for (const id of [handle.task_id, handle.external_task_id])
      if (id) this.#byId.set(keyOf(handle.family, id), holder);
    this.#serve();
  }

  #release(holder: Holder): void {
    const { family, task_id, external_task_id } = holder.handle;
    if (!this.#holders.delete(holder)) return;
    for (const id of [task_id, external_task_id]) this.#byId.delete(keyOf(family, id));
    // A limit that was learned may have been another user's doing: one more is tried after each round.
    this.#limit = Math.min(this.#given, this.#limit + 1 / this.#limit);
    this.#giveBack(holder.slots);
  }

  /** As long as somebody waits: asks for the task nobody has asked for the longest. */
  async #lookUp(): Promise<void> {
    if (this.#lookingUp) return;
    this.#lookingUp = new AbortController();
    const { signal } = this.#lookingUp;
    while (!signal.aborted) {
      const [holder] = [...this.#holders].sort((left, right) => left.seenAt - right.seenAt);
      if (!holder) break;
      const { context, family } = holder;
      const pollMs = context.near ? 250 : family.pollMs[1];
      await context.clock.sleep(pollMs, signal).catch(() => {});
      const age = context.clock.now() - holder.seenAt;
      // Below 0 the clock was set back, and nobody knows how long ago it was.
      if (signal.aborted || (age >= 0 && age < pollMs)) continue;
      await getOnce(context, family, holder.handle, { signal }).catch((error: unknown) => {
        // What can't be asked for is taken to be over; the provider refuses what is too much.
        if (!signal.aborted && !isMissedPoll(error)) this.#release(holder);
      });
      holder.seenAt = context.clock.now();
    }
    if (!signal.aborted) this.#lookingUp = undefined;
  }
}

function keyOf(family: string, id: string | undefined): string {
  return `${family}/${id}`;
}
