import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { builtFile } from "../../../scripts/freshness.mjs";
import { klingkit } from "./helpers.js";

const binary = builtFile("packages/mock-server", "dist/bin.js");
/** Flags at the start of a line, with what they take: those within descriptions and examples do not count. */
const flagsIn = (help: string) => [...new Set(help.match(/(?<=^ +(?:-\w, )?)--[a-z][a-z-]+(?: <[a-z.]+>)?/gm))].sort();

describe("the simulator's two commands", () => {
  it("share their options", async () => {
    const { out } = await klingkit(["mock", "--help"]);
    const other = execFileSync(process.execPath, [binary, "--help"], { encoding: "utf8" });
    // `klingkit --version` tells it of both.
    expect(flagsIn(out)).toEqual(flagsIn(other).filter((flag) => flag !== "--version"));
    expect(flagsIn(out).length).toBeGreaterThan(10);
  });

  it("say what is wrong with a value in the same sentence", async () => {
    const { code, err } = await klingkit(["mock", "--progress", "nonsense"]);
    expect(code).toBe(2);
    expect(err).toContain('--progress is "nonsense"; give time, manual, or reads=<n>,<m> such as reads=1,2.');
  });
});
