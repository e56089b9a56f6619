import { KlingkitError } from "@klingkit/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, envelope, finish, html, picture, task, taskId, world } from "./helpers.js";

const codes = fc.oneof(
  fc.constantFrom<unknown>(0, 1002, 1102, 1201, 1303, 5000, "0", "success", "task_not_exist", "1303", null, "", {}, []),
  fc.integer(),
  fc.string(),
);
const statuses = fc.oneof(
  fc.constantFrom<unknown>("submitted", "processing", "succeed", "succeeded", "failed", "", null, 5, {}),
  fc.string(),
);
const anything = fc.jsonValue({ maxDepth: 3 });
const oddTask = fc.record(
  {
    task_id: fc.oneof(fc.constantFrom<unknown>(taskId, 5, null, "../x", ""), anything),
    task_status: statuses,
    task_status_msg: fc.oneof(fc.string(), anything),
    task_info: fc.oneof(fc.record({ external_task_id: anything }), anything),
    task_result: anything,
    status: fc.constantFrom<unknown>("SUCCESS", "FAILURE", "QUEUED", "constructor", 5),
    fail_reason: anything,
  },
  { requiredKeys: [] },
);
const nested: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  data: fc.oneof({ depthSize: "small" }, oddTask, anything, fc.record({ data: tie("data"), code: codes })),
})).data;
const json = fc
  .oneof(
    fc.record({ code: codes, message: anything, request_id: anything, data: nested }, { requiredKeys: [] }),
    fc.record({ error: fc.oneof(anything, fc.record({ message: anything, code: codes }, { requiredKeys: [] })) }),
    oddTask,
    anything,
    fc.constant(envelope(task("succeed"))),
    fc.array(oddTask, { maxLength: 3 }).map(envelope),
  )
  .map((value) => JSON.stringify(value));
const bodies = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 1, arbitrary: fc.tuple(json, fc.nat()).map(([text, at]) => text.slice(0, at % (text.length + 1))) },
  {
    weight: 1,
    arbitrary: fc.oneof(fc.string(), fc.constantFrom("", html, "null", "[]", "\u0000", '{"code":0,"data":')),
  },
);
const headers = fc.record(
  {
    "retry-after": fc.oneof(
      fc.constantFrom("0", "5", "-1", "1e9", "NaN", "Fri, 31 Dec 9999 23:59:59 GMT"),
      fc.nat().map(String),
    ),
    "content-length": fc.constantFrom("0", "5", "nonsense"),
    "content-type": fc.constantFrom("text/html", "application/json", "video/mp4", ";"),
    location: fc.constantFrom("/", "https://elsewhere.example/", "::"),
  },
  { requiredKeys: [] },
);
const httpStatuses = fc.oneof(
  fc.constantFrom(200, 200, 200, 204, 301, 400, 401, 403, 404, 408, 413, 429, 500, 502, 503, 504, 524),
  fc.integer({ min: 200, max: 599 }),
);
const answers = fc
  .tuple(httpStatuses, bodies, headers)
  .filter(([status]) => status !== 205)
  .map(([status, body, head]) => answer(status, body, head));

const runs = Number(process.env.KLINGKIT_FUZZ_RUNS ?? 5_000);

/** A call ends in a value that is a task, or in an error of klingkit's own with everything it promises. */
function checkEnd(outcome: { readonly value?: unknown; readonly error?: unknown }): void {
  if ("value" in outcome) {
    for (const found of Array.isArray(outcome.value) ? outcome.value : [outcome.value]) {
      expect(found).toMatchObject({
        family: "image2video",
        task_id: expect.any(String),
        task_status: expect.any(String),
      });
      if ("external_task_id" in found) expect(found.external_task_id).toEqual(expect.any(String));
    }
    return;
  }
  const { error } = outcome;
  if (!KlingkitError.isInstance(error)) throw error;
  expect(["never", "after-delay", "after-fix", "unknown"]).toContain(error.retry);
  expect(error.code).toMatch(/^[a-z][a-z0-9-]+$/);
  expect(error.message).not.toContain("[object Object]");
  JSON.stringify(error);
}

describe("any answer at all", () => {
  it("ends every call in a task or in a typed error", { timeout: 60_000 + runs * 60 }, async () => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", onUnhandled);
    try {
      await fc.assert(
        fc.asyncProperty(
          fc.array(answers, { minLength: 1, maxLength: 4 }),
          fc.constantFrom("submit", "get", "list", "wait"),
          async (steps, verb) => {
            const { client, clock, posts } = world(steps, { settleMs: 1_000 });
            const { image2video } = client;
            const call = {
              submit: () => image2video.submit({ image: picture }),
              get: () => image2video.get(taskId),
              list: () => image2video.list(),
              wait: () => image2video.wait(taskId, { timeoutMs: 60_000 }),
            }[verb]();
            checkEnd(await finish<unknown>(clock, call));
            expect(clock.sleepers.size).toBe(0);
            expect(posts()).toBeLessThanOrEqual(4);
          },
        ),
        { numRuns: runs },
      );
    } finally {
      process.off("unhandledRejection", onUnhandled);
    }
    expect(unhandled).toEqual([]);
  });
});
