import { slotKey, slotsOf } from "@klingkit/spec/slots";
import type { Guard, Place } from "../operations/admission.js";
import { checkNumbers } from "../settings.js";
import { Lane } from "./lane.js";

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
 * an abort leaves the line. A task gives its slots back when any query shows that it has ended; while somebody waits in
 * line the limiter asks for tasks that nobody else has asked for.
 * @throws InputError for a number of tasks that is none
 */
export function createLimiter({ tasks = {} }: LimiterOptions = {}): Limiter {
  checkNumbers(typeof tasks === "number" ? { tasks } : tasks);
  const lanes = new Map<string, Lane>();
  const limitOf = (model: string) => (typeof tasks === "number" ? tasks : tasks[model]) ?? Number.POSITIVE_INFINITY;
  const laneOf = (model: string) => {
    const lane = lanes.get(model) ?? new Lane(Math.max(1, limitOf(model)));
    lanes.set(model, lane);
    return lane;
  };
  return {
    admit(context, { operation, body, signal }): Place {
      // Only tasks take slots, not what is answered at once.
      if (operation.kind === "call") return { settle() {} };
      const family = operation;
      const model = slotKey(family.name, body);
      return laneOf(model).place({ context, family, slots: slotsOf(body), signal });
    },
    saw(task) {
      for (const lane of lanes.values()) lane.saw(task);
    },
    inFlight: () => Object.fromEntries([...lanes].map(([model, { taken }]) => [model, taken])),
  };
}
