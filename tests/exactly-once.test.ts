import { KlingkitError, SubmitOutcomeUnknownError } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finish, picture, success } from "../packages/core/test/helpers.js";
import { faults, faultyWorld, transientFaults } from "./faulty-world.js";

const sequences = fc.array(fc.constantFrom("", ...faults), { maxLength: 6 });
const dialects = fc.constantFrom("cometapi" as const, "kling" as const);

describe("a submit through random faults", () => {
  it("is accepted at most once, and its error never claims less than happened", async () => {
    await fc.assert(
      fc.asyncProperty(sequences, dialects, async (sequence, dialect) => {
        const { client, clock, mock } = faultyWorld((count) => sequence[count], dialect);
        const outcome = await finish(clock, client.image2video.submit({ image: picture, model_name: "kling-v2-6" }));
        const { charges } = mock.ledger;
        expect(charges.length).toBeLessThanOrEqual(1);
        if ("value" in outcome) {
          expect(charges[0]).toMatchObject({
            taskId: outcome.value.task_id,
            externalTaskId: outcome.value.external_task_id,
          });
        } else if (charges.length === 1) {
          expect(outcome.error).toBeInstanceOf(SubmitOutcomeUnknownError);
          expect(outcome.error).toHaveProperty("handle.external_task_id", charges[0]?.externalTaskId);
        } else {
          expect(KlingkitError.isInstance(outcome.error)).toBe(true);
        }
        expect(clock.sleepers.size).toBe(0);
      }),
      { numRuns: 600 },
    );
  });

  it("can always be followed up with the id its error names", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...faults), dialects, async (fault, dialect) => {
        const { client, clock, mock } = faultyWorld((count) => [fault][count], dialect);
        const outcome = await finish(clock, client.image2video.submit({ image: picture, model_name: "kling-v2-6" }));
        if (!(outcome.error instanceof SubmitOutcomeUnknownError) || mock.ledger.charges.length === 0) return;
        const { handle } = outcome.error;
        expect(handle).toBeDefined();
        const done = await success(clock, client.image2video.wait(handle ?? {}));
        expect(done).toMatchObject({ task_id: mock.ledger.charges[0]?.taskId, task_status: "succeed" });
      }),
    );
  });
});

describe("a wait through random faults", () => {
  it("never loses the task", async () => {
    const misses = fc.array(fc.constantFrom("", ...transientFaults), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(misses, dialects, async (sequence, dialect) => {
        const { client, clock } = faultyWorld((count) => ["", ...sequence][count], dialect);
        const made = await success(clock, client.image2video.submit({ image: picture, model_name: "kling-v2-6" }));
        const done = await success(clock, client.image2video.wait(made));
        expect(done).toMatchObject({ task_id: made.task_id, task_status: "succeed" });
        expect(done.task_result?.videos?.[0]?.url).toMatch(/^https:/);
      }),
      { numRuns: 200 },
    );
  });
});
