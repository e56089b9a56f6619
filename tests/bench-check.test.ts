import { describe, expect, it } from "vitest";
import { expectedOf, missesOf } from "../bench/support/expected.mjs";

const rowsOf = (ratio: number) => [
  { name: "klingkit", ratio },
  { name: "another SDK", ratio: 9 },
  { name: "the baseline", ratio: 1 },
];
const runOf = (ratio: number, better = "less", isQuick = false) => ({
  isQuick,
  suites: [{ script: "size", tables: [{ title: "bundle", baseline: "the baseline", better, rows: rowsOf(ratio) }] }],
});
const expected = [{ suite: "size", table: "bundle", subject: "klingkit", ratio: 2, margin: 0.1 }];

describe("`npm run bench -- --check`", () => {
  it("allows a ratio within its margin, and any that is better", () => {
    expect(missesOf(runOf(2.19), expected)).toEqual([]);
    expect(missesOf(runOf(0.5), expected)).toEqual([]);
    expect(missesOf(runOf(1.81, "more"), expected)).toEqual([]);
    expect(missesOf(runOf(9, "more"), expected)).toEqual([]);
  });

  it("names a ratio that is worse", () => {
    const miss = "size, bundle: klingkit is 2.21 of its baseline; 2 was committed, with 0.1 as margin";
    expect(missesOf(runOf(2.21), expected)).toEqual([miss]);
    expect(missesOf(runOf(1.79, "more"), expected)).toHaveLength(1);
  });

  it("allows more in a quick run", () => {
    expect(missesOf(runOf(2.5, "less", true), expected)).toEqual([]);
    expect(missesOf(runOf(2.7, "less", true), expected)).toHaveLength(1);
  });

  it("names what was committed and not measured, unless its suite was left out", () => {
    const [suite] = runOf(2).suites;
    expect(missesOf({ isQuick: false, suites: [{ ...suite, tables: [] }] }, expected)).toEqual([
      "size, bundle: klingkit was not measured",
    ]);
    expect(missesOf({ isQuick: false, suites: [] }, expected)).toEqual([]);
  });

  it("keeps margins when ratios are renewed, and takes klingkit's own only", () => {
    expect(expectedOf(runOf(1.5), expected)).toEqual([{ ...expected[0], ratio: 1.5 }]);
    expect(expectedOf(runOf(1.5), [])).toEqual([{ ...expected[0], ratio: 1.5, margin: 0.2 }]);
  });
});
