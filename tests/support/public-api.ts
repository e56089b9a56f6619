import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

/** A declaration longer than this stands as its digest: the types that are made from the whole contract. */
const longest = 20_000;
const printer = ts.createPrinter({ removeComments: true });

/** An entry of a package, and the declarations that stand for it. */
interface Entry {
  readonly entry: string;
  readonly file: string;
}

/**
 * What packages let others import, as text: each entry's exports with their declarations, comments left out.
 * @param folders of packages, which are built
 * @returns the texts in the folders' order
 */
export function publicApis(folders: readonly string[]): string[] {
  const packages = folders.map(entriesOf);
  const options = {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    types: ["node"],
  };
  const program = ts.createProgram(
    packages.flat().map(({ file }) => file),
    options,
  );
  return packages.map((entries) =>
    entries.map(({ entry, file }) => `# ${entry}\n\n${exportsOf(program, file).join("\n")}\n`).join("\n"),
  );
}

function entriesOf(folder: string): Entry[] {
  const { name, publishConfig } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  return Object.entries<string | { readonly types: string }>(publishConfig.exports)
    .map(([entry, target]) => ({
      entry: path.posix.join(name, entry),
      file: path.join(folder, typeof target === "string" ? target.replace(/\.js$/, ".d.ts") : target.types),
    }))
    .filter(({ file }) => file.endsWith(".d.ts"));
}

function exportsOf(program: ts.Program, file: string): string[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) return [];
  return checker
    .getExportsOfModule(module)
    .map((symbol) => ({
      name: symbol.name,
      declared: symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol,
    }))
    .map(({ name, declared }) => `${name}: ${(declared.declarations ?? []).map(textOf).sort().join(" ")}`)
    .sort();
}

function textOf(declaration: ts.Declaration): string {
  const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
  const text = printer.printNode(ts.EmitHint.Unspecified, node, node.getSourceFile()).replaceAll(/\s+/g, " ");
  return text.length > longest ? `sha256 ${createHash("sha256").update(text).digest("hex")}` : text;
}
