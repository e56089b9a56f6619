import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  booleanFlags,
  missingPictureOf,
  namesPicture,
  unknownFlagOf,
  valueFlags,
} from "../../../scripts/start-arguments.mjs";
import { ioOf } from "../src/io.js";
import { createProgram } from "../src/program.js";
import { FakeIo } from "./helpers.js";

describe("npm start", () => {
  it.each([
    [["me.jpg"], true],
    [["--prompt", "x", "me.jpg"], true],
    [["--force", "me.jpg", "--prompt", "x"], true],
    [["--prompt=x", "me.jpg"], true],
    [["--multi-shot", "me.jpg"], true],
    [[], false],
    [["--prompt", "me.jpg"], false],
    [["--json", "--mode", "pro"], false],
    [["--help"], false],
  ])("with %j: a picture is named: %s", (args, expected) => {
    expect(namesPicture(args)).toBe(expected);
  });

  it.each([
    [["--promt", "x"], "npm start knows no option --promt."],
    [["--jsn"], "npm start knows no option --jsn."],
    [["nowhere.jpg"], "There is no file nowhere.jpg."],
    [["--prompt", "--promt"], undefined],
    [["--prompt=x", "https://example.com/a.jpg"], undefined],
    [["package.json", "--cfg-scale", "-1"], undefined],
  ])("with %j says before anything is installed: %s", (args, problem) => {
    const said = unknownFlagOf(args) ?? missingPictureOf(args, path.resolve(import.meta.dirname, ".."));
    if (problem === undefined) expect(said).toBeUndefined();
    else expect(said).toContain(problem);
  });

  it("knows every flag, and which take no value", () => {
    const generate = createProgram(ioOf(new FakeIo())).commands.find((command) => command.name() === "generate");
    const flags = (takesValue: boolean) =>
      (generate?.options ?? [])
        .filter(({ required, optional }) => (required || optional) === takesValue)
        .map(({ long }) => long);
    expect(["-h", "--help", ...flags(false)].sort()).toEqual([...booleanFlags].sort());
    expect(flags(true).sort()).toEqual([...valueFlags].sort());
  });
});
