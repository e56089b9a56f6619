import { createMock, MockClock } from "@klingkit/mock-server";
import { expect, it } from "vitest";
import { picture } from "../src/examples/picture.js";
import { contract } from "../src/reference/contract.js";
import { tryIt } from "../src/reference/try-it.js";
import { compile } from "../src/sandbox/compile.js";

const operations = contract.groups.flatMap(({ operations }) =>
  operations.map((operation) => ({ id: operation.id, operation, submit: operations.find(isSubmit) })),
);
const callable = operations.filter(({ operation }) => operation.source["x-klingkit-verb"] !== undefined);

it.each(callable)("$id can be tried on the simulator with the contract's example", async ({ operation, submit }) => {
  const code = tryIt(operation, submit) ?? "";
  const printed: unknown[][] = [];
  const modules: Record<string, unknown> = {
    "@klingkit/mock-server": { createMock, MockClock },
    "./picture.js": { picture },
  };
  await compile(code)((name) => modules[name], {}, { log: (...values: unknown[]) => printed.push(values) });
  expect(printed, code).toEqual([[200, expect.objectContaining({ code: 0 })]]);
});

it("nothing but the callback has no example to try", () => {
  const left = operations.filter((one) => !callable.includes(one)).map(({ id }) => id);
  expect(left).toEqual(["taskChanged"]);
});

function isSubmit({ source }: { readonly source: Readonly<Record<string, unknown>> }): boolean {
  return source["x-klingkit-verb"] === "submit";
}
