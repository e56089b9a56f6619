import { readFileSync } from "node:fs";
import type { MockOptions } from "@klingkit/mock-server";
import { describe, expect, it } from "vitest";

/** Options that answer a question about the provider; the others are about this simulator alone. */
const switches = [
  "dialect",
  "chargeAt",
  "chargeFailed",
  "discontinued",
  "unfitPictures",
  "openQuestions",
  "externalIdLookup",
  "list",
  "lenientTypes",
  "secretKeys",
  "ids",
  "callbackFields",
  "callbackOnSubmitted",
  "callbackRetry",
  "callbackTime",
] as const satisfies readonly (keyof MockOptions)[];

describe("the evidence page", () => {
  it("lists every switch with its default and why", () => {
    const evidence = readFileSync(new URL("../../../spec/EVIDENCE.md", import.meta.url), "utf8");
    const section = evidence.split("## Switches of the simulator")[1]?.split("\n## ")[0] ?? "";
    const rows = [...section.matchAll(/^\| `(\w+)` +\| (.+?) +\| (.+?) +\|$/gm)];
    expect(rows.map(([, name]) => name)).toEqual([...switches]);
    for (const [, name, standard, why] of rows) expect([name, standard, why]).not.toContain("");
  });

  it("knows the options that the source has", () => {
    const files = ["options.ts", "wire/answer-options.ts", "engine/callback-options.ts"];
    const sources = files.map((file) => readFileSync(new URL(`../src/${file}`, import.meta.url), "utf8"));
    const options = [...sources.join("").matchAll(/^ {2}readonly (\w+)\?:/gm)].map(([, name]) => name);
    expect(options).toEqual(expect.arrayContaining([...switches]));
  });
});
