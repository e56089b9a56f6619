import { slotKey, slotsOf } from "@klingkit/spec/slots";
import { checkNumbers } from "../lib/settings.js";
import type { Guard, Place } from "../ports.js";
import { ModelSlots } from "./model-slots.js";

export interface LimiterOptions {
  /**
   * Tasks in flight at most, for each model or for those named. Pictures of one request count each. Default: learned from
   * the provider's refusals (1303), which cost nothing, and then tried one higher from time to time.
   */
  readonly tasks?: number | Readonly<Record<string, number>>;
}

/** Keeps the tasks in flight under a cap. */
export interface Limiter extends Guard {
  /** Slots that are taken, by model. */
  inFlight(): Readonly<Record<string, number>>;
}

/**
 * Makes a limiter. The submits of every client that is given it wait in line, the first come first, until there is room;
 * an abort leaves the line. A task gives its slots back when any query shows that it has ended. While submits wait in line, the
 * limiter itself asks for tasks, beginning with the one that was not asked for the longest.
 * @throws InputError for anything but numbers from 0 up
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
      return slotsFor(slotKey(request.operation, request.body)).place(request, slotsOf(request.body));
    },
    saw(task) {
      for (const slots of byModel.values()) slots.saw(task);
    },
    inFlight: () => Object.fromEntries([...byModel].map(([model, { taken }]) => [model, taken])),
  };
}
