import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import process from "node:process";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "../../..");
const core = path.join(root, "packages/core");
const entries = [
  "index",
  "callbacks/index",
  "inputs/index",
  "node/index",
  "preflight/index",
  "pricing/index",
  "testing/index",
];

it("every entry exports these names with these signatures, and no others", async () => {
  const declarations = declare();
  const api = entries.map((entry) => `==== ${entry}\n${describe(path.join(declarations, `${entry}.d.ts`))}`);
  rmSync(path.dirname(declarations), { recursive: true });
  await expect(`${api.join("\n")}\n`).toMatchFileSnapshot("__snapshots__/exports.txt");
});

/** Lets the compiler write down the declarations of the sources, without comments. @returns their folder */
function declare(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "klingkit-exports-"));
  const settings = {
    extends: path.join(root, "tsconfig.base.json"),
    compilerOptions: {
      composite: false,
      emitDeclarationOnly: true,
      removeComments: true,
      customConditions: ["klingkit-source"],
      lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
      types: ["node"],
      typeRoots: [path.join(root, "node_modules/@types")],
      skipLibCheck: true,
      rootDir: root,
      outDir: folder,
    },
    files: entries.map((entry) => path.join(core, "src", `${entry}.ts`)),
  };
  const project = path.join(folder, "tsconfig.json");
  writeFileSync(project, JSON.stringify(settings));
  const compiler = path.join(root, "node_modules/typescript/bin/tsc");
  execFileSync(process.execPath, [compiler, "-p", project], { stdio: "inherit" });
  return path.join(folder, "packages/core/src");
}

/** The declarations of all that a file exports, in the order of their names. */
function describe(file: string): string {
  const found = exportsOf(file);
  return [...found.keys()]
    .sort()
    .map((name) => found.get(name))
    .join("\n");
}

/** Every exported name with its declaration, also where it is passed on from another file. */
function exportsOf(file: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const statement of statementsOf(readFileSync(file, "utf8"))) {
    const [, names, from] = /^export (?:type )?\{([^}]*)\} from "([^"]+)"/.exec(statement) ?? [];
    const [, own] =
      /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/.exec(statement) ?? [];
    if (own !== undefined) found.set(own, [found.get(own), statement].filter(Boolean).join("\n"));
    for (const name of names
      ?.split(",")
      .map((given) => given.replace("type ", "").trim())
      .filter(Boolean) ?? []) {
      const elsewhere = from?.startsWith(".")
        ? exportsOf(path.join(path.dirname(file), declarationsOf(from)))
        : undefined;
      // The contract's own types are its package's to describe.
      found.set(name, elsewhere?.get(name) ?? `export { ${name} } from "${from}";`);
    }
  }
  return found;
}

function declarationsOf(module: string): string {
  return module.replace(/\.js$/, ".d.ts");
}

/** A file's statements; each begins in the first column. */
function statementsOf(text: string): string[] {
  return text
    .split(/^(?=(?:export|declare|import|type|interface|class) )/m)
    .map((statement) => statement.trim())
    .filter(Boolean);
}
