import { createKlingClient } from "@klingkit/core";
import { calls, families } from "@klingkit/spec";
import { expect, it } from "vitest";
import { reservedNames } from "../spec/generate/operation-names.js";

it("no operation can hide a member of the client: the generator refuses the name of each", () => {
  const operations = new Set([...Object.keys(families), ...Object.keys(calls)]);
  const own = Object.keys(createKlingClient({ apiKey: "sk-test-key" })).filter((name) => !operations.has(name));
  expect(own).toContain("resume");
  expect(own.filter((name) => !reservedNames.has(name))).toEqual([]);
});
