import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";

/** An entry of a package, `@klingkit/core/node`. */
export interface ApiEntry {
  readonly specifier: string;
  readonly slug: string;
  readonly items: readonly ApiItem[];
}

/** Something an entry exports. */
export interface ApiItem {
  readonly name: string;
  readonly kind: "function" | "class" | "interface" | "type" | "constant";
  /** Its comment. */
  readonly text: string;
  readonly tags: readonly Tag[];
  /** How it is declared; for interfaces and classes without their members. */
  readonly signature: string;
  readonly members: readonly Member[];
}

interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly text: string;
}

interface Tag {
  readonly name: string;
  readonly text: string;
}

const { resolve } = createRequire(import.meta.url);
const packages = ["@klingkit/core", "@klingkit/mock-server"];

/** Every entry of the client and of the simulator, from the types as they are published. */
export function readApi(): ApiEntry[] {
  const entries = packages.flatMap(entriesOf);
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    { module: ts.ModuleKind.NodeNext, skipLibCheck: true, noEmit: true, types: [], target: ts.ScriptTarget.ES2023 },
  );
  const checker = program.getTypeChecker();
  return entries.map(({ specifier, slug, file }) => {
    const source = program.getSourceFile(file);
    const symbol = source && checker.getSymbolAtLocation(source);
    if (!symbol) throw new Error(`${specifier} has no types; build the packages first.`);
    const items = checker.getExportsOfModule(symbol).map((exported) => itemOf(checker, exported));
    return { specifier, slug, items: items.sort((one, other) => one.name.localeCompare(other.name)) };
  });
}

/** The entries that a published package names. */
function entriesOf(name: string): { readonly specifier: string; readonly slug: string; readonly file: string }[] {
  const manifest = resolve(`${name}/package.json`);
  const { publishConfig } = JSON.parse(readFileSync(manifest, "utf8")) as {
    publishConfig: { exports: Record<string, string> };
  };
  return Object.entries(publishConfig.exports)
    .filter(([, file]) => file.endsWith(".js"))
    .map(([key, file]) => ({
      specifier: key === "." ? name : `${name}${key.slice(1)}`,
      slug: `${name.replace("@klingkit/", "")}${key.slice(1).replace("/", "-")}`,
      file: path.resolve(path.dirname(manifest), file.replace(/\.js$/, ".d.ts")),
    }));
}

function itemOf(checker: ts.TypeChecker, exported: ts.Symbol): ApiItem {
  const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declarations = symbol.declarations ?? [];
  const [declaration] = declarations;
  if (!declaration) throw new Error(`${exported.name} is declared nowhere.`);
  const hasMembers = ts.isInterfaceDeclaration(declaration) || ts.isClassDeclaration(declaration);
  return {
    name: exported.name,
    kind: kindOf(declaration),
    ...commentOf(checker, symbol),
    signature: declarations.map((one) => signatureOf(one)).join("\n"),
    members: hasMembers ? declaration.members.flatMap((member) => memberOf(checker, member)) : [],
  };
}

function kindOf(declaration: ts.Declaration): ApiItem["kind"] {
  if (ts.isFunctionDeclaration(declaration)) return "function";
  if (ts.isClassDeclaration(declaration)) return "class";
  if (ts.isInterfaceDeclaration(declaration)) return "interface";
  return ts.isTypeAliasDeclaration(declaration) ? "type" : "constant";
}

function signatureOf(declaration: ts.Declaration): string {
  if (ts.isVariableDeclaration(declaration)) return `const ${declaration.getText()};`;
  const text = declaration.getText().replace(/^(export |declare |default )+/, "");
  if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) return text;
  return text.slice(0, text.indexOf("{")).trim();
}

function memberOf(checker: ts.TypeChecker, member: ts.TypeElement | ts.ClassElement): Member[] {
  const isHidden = member.name && (ts.isPrivateIdentifier(member.name) || ts.isComputedPropertyName(member.name));
  if (isHidden || ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) return [];
  const name = member.name?.getText() ?? (ts.isConstructorDeclaration(member) ? "constructor" : "");
  const symbol = member.name && checker.getSymbolAtLocation(member.name);
  const whole = member
    .getText()
    .replace(/;$/, "")
    .replaceAll(/\b(readonly|override) /g, "");
  const type = whole.slice(whole.indexOf(name) + name.length).replace(/^\??:?\s*/, "");
  const { text, tags } = symbol ? commentOf(checker, symbol) : { text: "", tags: [] };
  const rest = tags.map((tag) => `${tag.name}: ${tag.text}`);
  return [
    {
      name,
      type,
      optional: "questionToken" in member && !!member.questionToken,
      text: [text, ...rest].join(" ").trim(),
    },
  ];
}

function commentOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
): { readonly text: string; readonly tags: readonly Tag[] } {
  // Some name what is thrown in braces, some do not.
  const tags = symbol.getJsDocTags(checker).map(({ name, text }) => {
    return { name, text: ts.displayPartsToString(text).replace(/^\{(\w+)\}/, "$1") };
  });
  return { text: ts.displayPartsToString(symbol.getDocumentationComment(checker)), tags };
}
