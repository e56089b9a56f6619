import { slotKey } from "@klingkit/spec/slots";
import type { BatchRow } from "../row.js";

/** Tasks of a model that are remembered. */
const remembered = 128;
/** Tasks that must have ended before anything is concluded. */
const needed = 8;
/** Share of the shortest recorded run time that passes before the first query. */
const margin = 0.9;

/** How long the last tasks of each model certainly ran. A new task is not queried before that. */
export class Durations {
  readonly #ofModels = new Map<string, number[]>();

  /**
   * A task was found to have ended.
   * @param ranMs how long after its submit it was still seen running, in milliseconds; undefined where it was never
   * @param ms how long after its submit it was found, in milliseconds
   */
  ended({ family, body }: BatchRow, ranMs: number | undefined, ms: number): void {
    const key = slotKey(family, body);
    const ofModel = this.#ofModels.get(key) ?? [];
    // One that was asked for too late may have taken any time up to then: the next ones are asked for sooner.
    ofModel.push(Math.max(0, ranMs ?? ms / 2));
    if (ofModel.length > remembered) ofModel.shift();
    this.#ofModels.set(key, ofModel);
  }

  /** How long a task of this model can be left alone after its submit, in milliseconds; 0 as long as nothing is known. */
  quietMs({ family, body }: BatchRow): number {
    const ofModel = this.#ofModels.get(slotKey(family, body)) ?? [];
    return ofModel.length < needed ? 0 : Math.min(...ofModel) * margin;
  }
}
