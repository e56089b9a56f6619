import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { contract } from "../src/reference/contract.js";
import { quietProgram } from "../src/reference/quiet-program.js";
import { samplesOf } from "../src/reference/samples/index.js";

const site = path.resolve(import.meta.dirname, "..");
const root = path.resolve(site, "../..");
const pages = path.join(site, "src/content/docs");

interface Block {
  /** Page and line. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
}

const blocks = readdirSync(pages, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".mdx"))
  .flatMap(blocksOf);

describe("every code block on a page", () => {
  it("is of a language that is checked here", () => {
    const languages = new Set(blocks.map(({ language }) => language));
    expect([...languages].filter((language) => !["ts", "sh", "yaml"].includes(language))).toEqual([]);
    expect(blocks.length).toBeGreaterThan(15);
  });

  it("of TypeScript fits the packages, those of the HTTP API too", () => {
    const written = blocks.filter(({ language }) => language === "ts").map(({ place, code }) => [place, code] as const);
    const generated = contract.groups.flatMap((group) =>
      group.operations.map((operation) => [operation.id, samplesOf(operation, group)?.typescript ?? ""] as const),
    );
    const wrong = [
      "wrong",
      'import { createKlingClient } from "@klingkit/core";\ncreateKlingClient({ apiKey: 1 });',
    ] as const;
    expect(problemsIn([...written, ...generated, wrong])).toEqual([expect.stringMatching(/^wrong: /)]);
  });

  it.each(blocks.filter(({ language }) => language === "sh"))("of commands at $place can be run", async ({ code }) => {
    for (const line of commandsIn(code)) await checkCommand(line);
  });

  it.each(blocks.filter(({ language }) => language === "yaml"))("of YAML at $place can be read", ({ code }) => {
    expect(parse(code)).toBeTypeOf("object");
  });
});

describe("the checks of commands", () => {
  it("see a wrong option and an unknown command", async () => {
    await expect(checkCommand("klingkit mock --prot 1")).rejects.toThrow("unknown option");
    await expect(checkCommand("klingkit sumbit tts")).rejects.toThrow("unknown command");
    await expect(checkCommand("npm run nothing")).rejects.toThrow();
  });
});

function blocksOf(name: string): Block[] {
  const text = readFileSync(path.join(pages, name), "utf8");
  return [...text.matchAll(/^```(\w*)[^\n]*\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = "", 2: code = "" }) => {
    return { place: `${name}:${text.slice(0, index).split("\n").length}`, language, code };
  });
}

/** What TypeScript says of modules that lie beside the examples, with the site's own settings and the packages' sources. */
function problemsIn(modules: readonly (readonly [place: string, code: string])[]): string[] {
  const file = path.join(site, "tsconfig.json");
  const parsed = ts.parseJsonConfigFileContent(ts.readConfigFile(file, ts.sys.readFile).config, ts.sys, site);
  const options = { ...parsed.options, customConditions: ["klingkit-source"] };
  const places = new Map(
    modules.map(([place, code], index) => [path.join(site, "src/examples", `block-${index}.ts`), { place, code }]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => places.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const code = places.get(name)?.code;
    return code === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, `${code}\nexport {};\n`, ts.ScriptTarget.ES2023);
  };
  const program = ts.createProgram([...places.keys()], options, host);
  return [...places].flatMap(([name, { place }]) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => `${place}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`);
  });
}

/** Lines without comments, parts joined by `&&` apart, what a line begins to set left out. */
function commandsIn(code: string): string[] {
  return code
    .replaceAll("\\\n", " ")
    .split(/\n|&&/)
    .map((line) =>
      line
        .replace(/(^|\s)#.*$/, "")
        .replace(/&\s*$/, "")
        .replace(/^\s*([A-Z_]+=\S*\s+)+/, "")
        .trim(),
    )
    .filter((line) => line !== "");
}

async function checkCommand(line: string): Promise<void> {
  const [command = "", ...args] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(
    ([, quoted, plain]) => quoted ?? plain ?? "",
  );
  if (command === "klingkit") await parsedOnly().parseAsync(args, { from: "user" });
  else if (command === "npm") expect(scripts()).toContain(args[0] === "run" ? args[1] : args[0]);
  else
    expect(["npx pnpm@10.34.8", "npx vitest", "npx jest", "cd", "export", "unset"]).toContain(
      command === "npx" ? `npx ${args[0]}` : command,
    );
}

/** Scripts of the repository, and what npm has itself. */
function scripts(): string[] {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { scripts: object };
  return [...Object.keys(manifest.scripts), "install", "ci"];
}

/** The command line, doing nothing. */
function parsedOnly(): ReturnType<typeof quietProgram> {
  const program = quietProgram();
  const disarm = (command: typeof program): void => {
    if (command.commands.length === 0) command.action(() => {});
    for (const child of command.commands) disarm(child as typeof program);
  };
  disarm(program);
  return program;
}
