import path from "node:path";
import ts from "typescript";

/** An editor's view of one TypeScript file, which sees the packages as a user's project does. */
export interface Editor {
  /** What is shown over the text that begins at a mark: its documentation. */
  hover(mark: string): string;
  /** What is offered at a mark. */
  completions(mark: string): readonly string[];
  /** The file that "go to definition" opens. */
  definition(mark: string): string;
  /** Names of a type's properties, at any depth, that say nothing of themselves. */
  undocumented(typeName: string): readonly string[];
}

/**
 * @param folder the file is thought to lie there
 * @param marked its text; a mark is a comment with its name, right before a place
 */
export function openInEditor(folder: string, marked: string): Editor {
  const file = path.join(folder, "editor.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    types: ["node"],
    lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.esnext.disposable.d.ts"],
  };
  const service = ts.createLanguageService({
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath ?? ((name) => name),
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => options,
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot(name) {
      const text = name === file ? marked : ts.sys.readFile(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    fileExists: (name) => name === file || ts.sys.fileExists(name),
  });
  const problems = service.getSemanticDiagnostics(file).map(({ messageText }) => messageText);
  if (problems.length > 0) throw new Error(`The editor's file does not compile: ${JSON.stringify(problems)}`);
  const at = (mark: string) => {
    const comment = `/*${mark}*/`;
    const place = marked.indexOf(comment);
    if (place === -1) throw new Error(`There is no mark ${mark}.`);
    return place + comment.length;
  };
  return {
    hover: (mark) => ts.displayPartsToString(service.getQuickInfoAtPosition(file, at(mark))?.documentation),
    // Inside a text the place is after its opening quote.
    completions: (mark) =>
      service.getCompletionsAtPosition(file, at(mark) + 1, undefined)?.entries.map(({ name }) => name) ?? [],
    definition: (mark) => sourceOf(service, service.getDefinitionAtPosition(file, at(mark))?.[0]),
    undocumented: (typeName) => undocumentedIn(service, file, typeName),
  };
}

/** Where a declaration map leads, as TypeScript's server follows it before it answers an editor. */
function sourceOf(service: ts.LanguageService, definition: ts.DefinitionInfo | undefined): string {
  if (!definition) return "";
  const position = { fileName: definition.fileName, pos: definition.textSpan.start };
  const { getSourceMapper } = service as unknown as {
    getSourceMapper(): { tryGetSourcePosition(place: typeof position): { readonly fileName: string } | undefined };
  };
  return getSourceMapper().tryGetSourcePosition(position)?.fileName ?? definition.fileName;
}

/** The properties of a type alias of the file, walked through lists and unions; what is not of the contract is left out. */
function undocumentedIn(service: ts.LanguageService, file: string, typeName: string): string[] {
  const program = service.getProgram();
  const source = program?.getSourceFile(file);
  const checker = program?.getTypeChecker();
  const alias = source?.statements.find(
    (statement): statement is ts.TypeAliasDeclaration =>
      ts.isTypeAliasDeclaration(statement) && statement.name.text === typeName,
  );
  if (!checker || !alias) throw new Error(`There is no type ${typeName}.`);
  const found: string[] = [];
  const seen = new Set<ts.Type>();
  const walk = (type: ts.Type, place: string): void => {
    if (seen.has(type)) return;
    seen.add(type);
    if (type.isUnionOrIntersection()) for (const part of type.types) walk(part, place);
    const item = checker.getIndexTypeOfType(type, ts.IndexKind.Number);
    const isText = (type.flags & ts.TypeFlags.StringLike) !== 0;
    if (item && !isText) walk(item, `${place}[]`);
    if (item || (type.flags & ts.TypeFlags.Object) === 0) return;
    for (const property of type.getProperties()) {
      const name = `${place}.${property.name}`;
      if (property.getDocumentationComment(checker).length === 0) found.push(name);
      walk(checker.getTypeOfSymbol(property), name);
    }
  };
  const type = checker.getTypeAtLocation(alias.name);
  for (const family of type.getProperties()) walk(checker.getTypeOfSymbol(family), family.name);
  return found;
}
