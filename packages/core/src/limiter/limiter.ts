import { slotKey, slotsOf } from "@klingkit/spec/slots";
import { checkNumbers } from "../lib/settings.js";
import type { Guard, Place } from "../ports.js";
import { ModelSlots } from "./model-slots.js";

export interface LimiterOptions {
  /**
   * Most tasks that may run at a time, for each model or for the models named. Each picture of a request counts, and pictures have
   * slots of their own: `kling-v3 images`.
   * Default: the limiter learns the number from the provider's refusals (1303), which cost nothing, and tries one more
   * from time to time. At least 1: 0 counts as 1, and fractions are rounded down.
   */
  readonly tasks?: number | Readonly<Record<string, number>> | undefined;
}

/** Keeps the number of running tasks below a limit. */
export interface Limiter extends Guard {
  /** How many slots are in use, for each model. */
  inFlight(): Readonly<Record<string, number>>;
}

/**
 * Makes a limiter. Submits of all clients that share it wait in a queue, first in, first out, until a slot is free. An
 * aborted submit leaves the queue. A slot is free again when any query shows that its task has ended. While submits
 * wait, the limiter itself queries tasks, beginning with the one that was not queried for the longest time.
 * @throws InputError if a limit is not a number from 0 up
 */
export function createLimiter({ tasks = {} }: LimiterOptions = {}): Limiter {
  checkNumbers(typeof tasks === "number" ? { tasks } : tasks);
  const byModel = new Map<string, ModelSlots>();
  const limitOf = (model: string) => (typeof tasks === "number" ? tasks : tasks[model]) ?? Number.POSITIVE_INFINITY;
  const slotsFor = (model: string) => {
    const slots = byModel.get(model) ?? new ModelSlots(Math.max(1, limitOf(model)));
    byModel.set(model, slots);
    return slots;
  };
  return {
    admit(request): Place {
      // Only tasks take slots, not what is answered at once.
      if (request.kind === "call") return { settle() {} };
      const { operation, body } = request;
      return slotsFor(slotKey(operation, body)).place(request, slotsOf(operation, body));
    },
    saw(task) {
      for (const slots of byModel.values()) slots.saw(task);
    },
    inFlight: () => Object.fromEntries([...byModel].map(([model, { taken }]) => [model, taken])),
  };
}
