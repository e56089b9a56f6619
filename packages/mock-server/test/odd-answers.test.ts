import { scenarios } from "@klingkit/mock-server";
import { type Dialect, dialectPath } from "@klingkit/spec";
import { gatewayErrors, nullCodeErrors, serviceErrors, taskLayerErrors } from "@klingkit/spec/catalogue";
import { describe, expect, it } from "vitest";
import { contractProblem, operations } from "./contract-check.js";
import { ask, frozenMock, taskOf } from "./helpers.js";

const errors = [
  ...serviceErrors.map(({ code }) => String(code)),
  ...[...gatewayErrors, ...taskLayerErrors, ...nullCodeErrors].map(({ name }) => name),
];
const submits = operations.filter(({ verb, examples }) => verb === "submit" && examples.length > 0);

/** An independent validator looks at every answer; what does not fit is collected. */
describe.each(["cometapi", "kling"] satisfies Dialect[])(
  "families × error codes × scenarios, dialect %s",
  (dialect) => {
    it("have no answer that violates the contract", { timeout: 120_000 }, async () => {
      const problems: string[] = [];
      let answers = 0;
      for (const { name, path, examples } of submits) {
        const mock = frozenMock({ dialect, discontinued: "accept" });
        const at = dialectPath(path, dialect);
        const check = (where: string, method: "get" | "post", answer: Parameters<typeof contractProblem>[2]) => {
          answers += 1;
          const problem = answer.status === 301 ? undefined : contractProblem(where, method, answer);
          if (problem !== undefined) problems.push(`${name}: ${problem.slice(0, 300)}`);
        };
        const post = (prefer: string) => ask(mock.fetch, "POST", at, { body: examples[0], headers: { prefer } });
        for (const code of errors) check(path, "post", await post(`code=${code}`));
        for (const scenario of Object.keys(scenarios)) {
          const made = await post(`scenario=${scenario}`);
          check(path, "post", made);
          if (made.status !== 200) continue;
          const { task_id } = taskOf(made);
          const get = () => ask(mock.fetch, "GET", `${at}/${task_id}`);
          check(`${path}/{id}`, "get", await get());
          mock.clock.advance(30_000);
          check(`${path}/{id}`, "get", await get());
        }
      }
      expect(problems).toEqual([]);
      expect(answers).toBeGreaterThan(1_500);
    });
  },
);
