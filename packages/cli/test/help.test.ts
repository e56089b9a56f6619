import { describe, expect, it } from "vitest";
import { examplesOf } from "../src/command-help.js";
import { ioOf } from "../src/io.js";
import { createProgram, everyCommand } from "../src/program.js";
import { FakeIo, klingkit } from "./helpers.js";

/** Lines that a usual terminal shows at once. */
const screen = 50;

/** Every command that is listed, by its words. */
function commandLines(): string[][] {
  const program = createProgram(ioOf(new FakeIo()), { all: false });
  const ofOperations = new Set(["submit", "call", "estimate"]);
  return program
    .createHelp()
    .visibleCommands(program)
    .flatMap((command) => {
      const children = command.commands.map((child) => [command.name(), child.name()]);
      // Those of the operations are alike: one of each stands for all.
      return [[command.name()], ...(ofOperations.has(command.name()) ? children.slice(0, 1) : children)];
    });
}

describe("help", () => {
  it("of a command that does not exist says so, with the one that was meant", async () => {
    const { code, out, err } = await klingkit(["jbos", "--help"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("unknown command 'jbos'");
    expect(err).toContain("Did you mean jobs?");
    expect((await klingkit(["price", "--help"])).out).toMatch(/^Usage: klingkit estimate\|price/);
  });

  it.each([[[]], ...commandLines().map((words) => [words])])(
    "of %j fits one screen, and is as it was",
    async (words) => {
      const { code, out } = await klingkit([...words, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatchSnapshot();
      const lines = out.trimEnd().split("\n");
      expect(lines.filter((line) => line.length > 80)).toEqual([]);
      if (words[0] !== "mock") expect(lines.length).toBeLessThanOrEqual(screen);
    },
  );

  it.each([[["help"]], [["help", "submit", "image2video"]]])("is printed by %j, too", async (words) => {
    const { code, out } = await klingkit(words);
    expect({ code, out }).toEqual({ code: 0, out: (await klingkit([...words.slice(1), "--help"])).out });
  });

  it("has examples whose commands and flags exist", () => {
    const program = createProgram(ioOf(new FakeIo()));
    const lines = everyCommand(program).flatMap(examplesOf);
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines.filter((line) => line.startsWith("klingkit"))) {
      const [, first, second] = line.split(" ");
      const command = program.commands.find((child) => child.name() === first);
      const operation = command?.commands.find((child) => child.name() === second);
      const known = (operation ?? command)?.options.map(({ long }) => long);
      expect(known, line).toEqual(expect.arrayContaining(line.match(/(?<= )--\S+/g) ?? []));
    }
  });

  it("names exit codes and environment with --all", async () => {
    const { out } = await klingkit(["--help", "--all"]);
    expect(out).toMatchSnapshot();
    expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  it("shows every field of a request with --all", async () => {
    const short = (await klingkit(["submit", "image2video", "--help"])).out;
    const all = (await klingkit(["submit", "image2video", "--help", "--all"])).out;
    expect(short).toMatch(/\n\d+ more options: --help --all\n/);
    expect(all.split("\n").length).toBeGreaterThan(short.split("\n").length);
  });

  it.each([60, 200])("is never wider than 80 columns, nor than the terminal (%i)", async (columns) => {
    const io = new FakeIo();
    Object.assign(io.stdout, { isTTY: true, columns });
    const program = createProgram(ioOf(io), { all: false });
    await expect(program.parseAsync(["--help"], { from: "user" })).rejects.toThrow();
    const longest = Math.max(
      ...io.out
        .split("\n")
        .filter((line) => !/klingkit (generate|<command>)/.test(line))
        .map((line) => line.length),
    );
    expect(longest).toBeLessThanOrEqual(Math.min(80, columns));
  });

  it.each([
    [["submitt"], "Did you mean submit?"],
    [["submit", "image2vidoe"], "Did you mean image2video?"],
    [["submit", "image2video", "--model", "kling-v3"], "Did you mean --model-name?"],
    [["submit", "text2video", "--mock"], "klingkit mock"],
    [["submit", "text2video", "--mode", "prro"], "Did you mean pro?"],
    [["--hepl"], "Did you mean --help?"],
    [["-v"], "Did you mean -V?"],
    [["completion", "bsh"], "Did you mean bash?"],
    [["jobs", "--state", "runing"], "Did you mean running?"],
    [["jobs", "--family", "text2vidoe"], "Did you mean text2video?"],
    [["estimate", "--duration", "10"], "such as: klingkit estimate image2video --mode pro --duration 10"],
    [["estimate", "generate"], "Did you mean image2video?"],
    [["models", "kling-v33"], "Did you mean kling-v3?"],
    [["wait"], "Such as: klingkit wait image2video/829001"],
  ])("suggests what was meant by %j", async (words, guess) => {
    const { code, err } = await klingkit(words);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(guess) });
  });
});
