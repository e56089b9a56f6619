import { createKlingClient, KlingkitError, SubmitOutcomeUnknownError } from "@klingkit/core";
import { createMock, MockClock } from "@klingkit/mock-server";
import type { Dialect, RetryVerdict } from "@klingkit/spec";
import { gatewayErrors, nullCodeErrors, serviceErrors, taskLayerErrors } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { failure, TestClock } from "../packages/core/test/helpers.js";

interface Row {
  readonly name: string;
  readonly status: number;
  readonly read: RetryVerdict;
  readonly create: RetryVerdict;
}

const rows: readonly Row[] = [...serviceErrors, ...gatewayErrors, ...taskLayerErrors, ...nullCodeErrors];

/** The words that ask the simulator for each row; a name of several rows has the later ones by status. */
const asked = rows.map((row, index) => ({
  row,
  word: rows.findIndex(({ name }) => name === row.name) === index ? row.name : `${row.name}-${row.status}`,
}));

/** The error that a call ends with, by a clock that is pushed. */
async function failedWith(clock: TestClock, call: Promise<unknown>): Promise<KlingkitError> {
  const error = await failure(clock, call);
  if (!KlingkitError.isInstance(error)) throw new Error(`expected a KlingkitError, got ${String(error)}`);
  return error;
}

describe.each(["cometapi", "kling"] satisfies Dialect[])(
  "every error of the catalogue in the dialect %s",
  (dialect) => {
    it.each(asked)(
      "is produced by the simulator and recognised by the client: $word ($row.status)",
      async ({ row, word }) => {
        const clock = new TestClock();
        const mock = createMock({ dialect, clock: new MockClock(() => clock.now()) });
        let posts = 0;
        const fetch: typeof globalThis.fetch = (input, init) => {
          const request = new Request(input, init);
          if (request.method === "POST") posts += 1;
          request.headers.set("prefer", `code=${word}`);
          return mock.fetch(request);
        };
        const kling = createKlingClient({
          apiKey: "k",
          dialect,
          fetch,
          clock,
          retry: { attempts: 2, firstDelayMs: 0 },
        });

        const read = await failedWith(clock, kling.image2video.get("1"));
        expect(read).toMatchObject({ code: row.name, retry: row.read, status: row.status });

        // Where a task may have been made, it is looked for until it must have shown.
        const create = await failedWith(clock, kling.image2video.submit({ image: "https://example.com/a.jpg" }));
        expect(create.retry).toBe(row.create);
        expect(create instanceof SubmitOutcomeUnknownError).toBe(row.create === "unknown");
        if (row.create !== "unknown") expect(create.code).toBe(row.name);
        // Only what certainly made no task is sent again.
        expect(posts).toBe(row.create === "after-delay" ? 2 : 1);
        expect(mock.ledger.charges).toEqual([]);
      },
    );
  },
);
