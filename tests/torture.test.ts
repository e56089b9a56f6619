import { type Dialect, type KlingEvent, SubmitOutcomeUnknownError } from "@klingkit/core";
import { families as operations } from "@klingkit/spec";
import { describe, expect, it } from "vitest";
import { finish } from "../packages/core/test/helpers.js";
import { type FaultyRequest, faults, faultyWorld } from "./faulty-world.js";

const picture = "https://example.com/a.png";

/** A request of each kind of family: own id taken, own id unlisted, found in the list only, no own id at all. */
const requestsOf = {
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

const families = Object.keys(requestsOf) as readonly (keyof typeof requestsOf)[];
const submits = Number(process.env.KLINGKIT_TORTURE_SUBMITS ?? 1_000);
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
  `${submits} submits with faults of every kind in three of ten requests, dialect %s`,
  (dialect) => {
    it("are paid at most once each, and none is lost", { timeout: 300_000 + submits * 100 }, async () => {
      const random = sequence(dialect === "kling" ? 1 : 2);
      const fault = () => (random() < share ? faults[Math.floor(random() * faults.length)] : "");
      const { client, clock, mock, events, requests } = faultyWorld(fault, dialect);
      const seen = { done: 0, refused: 0, unknown: 0, unknownAlthoughAnswered: 0 };
      const met = new Set<string>();
      for (let count = 0; count < submits; count += 1) {
        const family = families[count % families.length] ?? "image2video";
        const charged = mock.ledger.charges.length;
        events.length = 0;
        requests.length = 0;
        const outcome = await finish(clock, client.family(family).submit(requestsOf[family] as never), 20_000);
        for (const request of requests) met.add(request.fault);
        const fresh = mock.ledger.charges.slice(charged);
        const [charge] = fresh;
        expect(fresh.length, family).toBeLessThanOrEqual(1);
        if (!("error" in outcome)) {
          expect(outcome.value.task_id).toBe(charge?.taskId);
          seen.done += 1;
        } else if (outcome.error instanceof SubmitOutcomeUnknownError) {
          expect(outcome.error.handle).toMatchObject({ family });
          if (charge?.externalTaskId) {
            expect(outcome.error.handle).toMatchObject({ external_task_id: charge.externalTaskId });
          }
          seen.unknown += 1;
          if (provesAbsence(family) && wasAnswered(events, requests)) seen.unknownAlthoughAnswered += 1;
        } else {
          expect(fresh, String(outcome.error)).toEqual([]);
          seen.refused += 1;
        }
        expect(clock.sleepers.size).toBe(0);
      }
      const summary = `${dialect}: ${JSON.stringify(seen)}`;
      if (process.env.KLINGKIT_TORTURE_SUBMITS) process.stdout.write(`${summary}\n`);
      // At Kling every look-up that was answered settles the question, where the contract says that an own id finds the task.
      if (dialect === "kling") expect(seen, summary).toMatchObject({ unknownAlthoughAnswered: 0 });
      expect(seen.done, summary).toBeGreaterThan(submits * 0.6);
      expect(seen.unknown, summary).toBeLessThan(submits * (dialect === "kling" ? 0.1 : 0.2));
      expect([...met].sort()).toEqual(["", ...faults].sort());
      const ids = mock.ledger.charges.flatMap(({ externalTaskId }) => externalTaskId ?? []);
      expect(new Set(ids).size).toBe(ids.length);
    });
  },
);

/** Whether not finding a task by its own id proves that there is none. */
function provesAbsence(family: keyof typeof requestsOf): boolean {
  return operations[family].externalTaskId === "yes";
}

/** Whether the last look-up was answered as it should be, whatever the client made of it. */
function wasAnswered(events: readonly KlingEvent[], requests: readonly FaultyRequest[]): boolean {
  const last = requests.at(-1);
  const lookUp = events.findLast((event) => event.type === "recovery");
  return (last?.method === "GET" && last.fault === "") || (lookUp !== undefined && lookUp.outcome !== "unknown");
}
