import { describe, expect, it } from "vitest";
import { booleanFlags, namesPicture } from "../../../scripts/start-arguments.mjs";
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

  it("knows every flag that takes no value", () => {
    const generate = createProgram(ioOf(new FakeIo())).commands.find((command) => command.name() === "generate");
    const flags = generate?.options.filter(({ required, optional }) => !required && !optional).map(({ long }) => long);
    expect(["-h", "--help", ...(flags ?? [])].sort()).toEqual([...booleanFlags].sort());
  });
});
