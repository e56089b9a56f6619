import { type Dialect, SubmitOutcomeUnknownError } from "@klingkit/core";
import { describe, expect, it } from "vitest";
import { finish } from "../packages/core/test/helpers.js";
import { faults, faultyWorld } from "./faulty-world.js";

const picture = "https://example.com/a.png";

/** A request of each kind of family: own id taken, own id unlisted, found in the list only, no own id at all. */
const requests = {
  image2video: { model_name: "kling-v2-6", image: picture },
  text2video: { model_name: "kling-v3", prompt: "a heron" },
  imageGenerations: { model_name: "kling-v3", prompt: "a heron" },
  videoExtend: { video_id: "1", task_id: "1", prompt: "further" },
  advancedLipSync: {
    session_id: "1",
    face_choose: [
      {
        face_id: "0",
        sound_file: "https://example.com/a.mp3",
        sound_start_time: 0,
        sound_end_time: 3_000,
        sound_insert_time: 0,
      },
    ],
  },
  lipSync: {
    input: { video_id: "1", mode: "text2video", text: "Hello", voice_id: "oversea_male1", voice_language: "en" },
  },
} as const;

const families = Object.keys(requests) as readonly (keyof typeof requests)[];
const submits = 1_000;
const share = 0.3;

/** Numbers between 0 and 1, evenly spread and the same in every run (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe.each(["cometapi", "kling"] satisfies Dialect[])(
  "a thousand submits with faults in three of ten requests, dialect %s",
  (dialect) => {
    it("are paid at most once each, and none is lost", { timeout: 120_000 }, async () => {
      const random = sequence(dialect === "kling" ? 1 : 2);
      const fault = () => (random() < share ? faults[Math.floor(random() * faults.length)] : "");
      const { client, clock, mock, events } = faultyWorld(fault, dialect);
      const seen = { done: 0, unknown: 0, settledButUnknown: 0, refused: 0 };
      for (let count = 0; count < submits; count += 1) {
        const family = families[count % families.length] ?? "image2video";
        const charged = mock.ledger.charges.length;
        events.length = 0;
        const outcome = await finish(clock, client.family(family).submit(requests[family] as never), 20_000);
        const fresh = mock.ledger.charges.slice(charged);
        expect(fresh.length, family).toBeLessThanOrEqual(1);
        if (!("error" in outcome)) {
          expect(outcome.value.task_id).toBe(fresh[0]?.taskId);
          seen.done += 1;
        } else if (outcome.error instanceof SubmitOutcomeUnknownError) {
          // Every look-up that was answered settles the question at Kling.
          const lookUp = events.findLast((event) => event.type === "recovery");
          if (lookUp && lookUp.outcome !== "unknown") seen.settledButUnknown += 1;
          expect(outcome.error.handle).toMatchObject({ family });
          seen.unknown += 1;
        } else {
          expect(fresh, String(outcome.error)).toEqual([]);
          seen.refused += 1;
        }
      }
      expect(seen, JSON.stringify(seen)).toMatchObject({ settledButUnknown: 0 });
      expect(seen.done).toBeGreaterThan(submits * 0.6);
      const ids = mock.ledger.charges.flatMap(({ externalTaskId }) => externalTaskId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
      // What is reported as unknown is the share that no look-up could settle.
      expect(seen.unknown).toBeLessThan(submits * (dialect === "kling" ? 0.1 : 0.2));
    });
  },
);
