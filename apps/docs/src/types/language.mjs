// What TypeScript says of an example: for the editor, in a worker, and for the code blocks, at build. It knows no disk: its
// files are the ones of scripts/collect-types.mjs.
import ts from "typescript";

/** The settings under which the packages' types were collected, and under which examples are read. */
export const compilerOptions = {
  target: ts.ScriptTarget.ES2023,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  noEmit: true,
};

const example = "/example.ts";
const mostCompletions = 200;
/** In characters; the rest of a type is more than a tooltip holds. */
const longestType = 600;

/**
 * @param {Readonly<Record<string, string>>} files texts by path
 */
export function createLanguage(files) {
  let version = 0;
  let current = "";
  const known = new Map(Object.entries(files));
  const folders = foldersOf([...known.keys()]);
  const read = (name) => (name === example ? current : known.get(name));
  const service = ts.createLanguageService({
    // The library is one of the files: a service whose options list libraries fails at hovers (typescript 5.9).
    getCompilationSettings: () => ({ ...compilerOptions, lib: undefined, noLib: true }),
    getCurrentDirectory: () => "/",
    getDefaultLibFileName: () => "/lib.d.ts",
    getScriptFileNames: () => ["/lib.d.ts", "/globals.d.ts", example],
    getScriptVersion: (name) => (name === example ? String(version) : "0"),
    getScriptSnapshot: (name) => {
      const text = read(name);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    fileExists: (name) => read(name) !== undefined,
    readFile: read,
    directoryExists: (name) => folders.has(name),
    getDirectories: () => [],
  });
  const take = (code) => {
    if (code === current) return;
    current = code;
    version += 1;
  };
  const hoverAt = (position) => {
    const found = service.getQuickInfoAtPosition(example, position);
    if (!found) return undefined;
    const { start, length } = found.textSpan;
    const type = ts.displayPartsToString(found.displayParts);
    const shown = type.length > longestType ? `${type.slice(0, longestType)}…` : type;
    return { from: start, to: start + length, type: shown, words: ts.displayPartsToString(found.documentation) };
  };
  return {
    /**
     * Type and words of what stands at an offset; undefined where TypeScript has nothing to say.
     * @param {string} code
     * @param {number} position
     */
    hover(code, position) {
      take(code);
      return hoverAt(position);
    },
    /**
     * The same for every name in the code whose type is known.
     * @param {string} code
     */
    hovers(code) {
      take(code);
      const source = service.getProgram()?.getSourceFile(example);
      const names = source ? namesIn(source).map((name) => hoverAt(name.getStart(source))) : [];
      return names.filter((found) => found !== undefined && !/(: |^)any$/.test(found.type));
    },
    /**
     * What may be written at an offset, and from where it is replaced.
     * @param {string} code
     * @param {number} position
     */
    complete(code, position) {
      take(code);
      const found = service.getCompletionsAtPosition(example, position, { includeCompletionsWithInsertText: false });
      const entries = found?.entries ?? [];
      const span = found?.optionalReplacementSpan ?? entries[0]?.replacementSpan;
      return {
        from: span?.start ?? wordStart(code, position),
        options: entries.slice(0, mostCompletions).map(({ name, kind }) => ({ label: name, kind })),
      };
    },
    /**
     * What does not fit the types, as ranges with messages.
     * @param {string} code
     */
    problems(code) {
      take(code);
      const found = [...service.getSyntacticDiagnostics(example), ...service.getSemanticDiagnostics(example)];
      return found.map(({ start = 0, length = 0, messageText }) => ({
        from: start,
        to: start + length,
        message: ts.flattenDiagnosticMessageText(messageText, "\n"),
      }));
    },
  };
}

/**
 * @param {import("typescript").Node} node
 * @returns {import("typescript").Node[]}
 */
function namesIn(node) {
  const inside = [];
  ts.forEachChild(node, (child) => void inside.push(...namesIn(child)));
  return ts.isIdentifier(node) ? [node] : inside;
}

/** @param {string} code @param {number} position */
function wordStart(code, position) {
  return position - (/[\w$]*$/.exec(code.slice(0, position))?.[0].length ?? 0);
}

/** @param {readonly string[]} names */
function foldersOf(names) {
  const parents = names.flatMap((name) => {
    const parts = name.split("/");
    return parts.map((_, index) => parts.slice(0, index).join("/") || "/");
  });
  return new Set(parents);
}
