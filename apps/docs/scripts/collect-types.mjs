// The types that examples are read with, as one object of texts by path: the packages' declarations as they are published,
// TypeScript's own library, and of the browser's only what examples use. The whole of lib.dom would be three times as much
// as all the rest.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import ts from "typescript";
import { compilerOptions } from "../src/types/language.mjs";

const root = path.resolve(import.meta.dirname, "..");
const library = path.dirname(createRequire(import.meta.url).resolve("typescript"));

/** What an example can import: see src/sandbox/modules.ts. */
const modules = [
  "@klingkit/core",
  "@klingkit/core/callbacks",
  "@klingkit/core/preflight",
  "@klingkit/core/pricing",
  "@klingkit/mock-server",
];

/** Declarations of the browser's library that examples and the packages' types name. */
const browserNames = new Set(
  `console Console fetch Request RequestInit RequestInfo RequestCredentials RequestMode RequestRedirect Response ResponseInit
  ResponseType Headers HeadersInit HeadersIterator Body BodyInit XMLHttpRequestBodyInit URL URLSearchParams
  URLSearchParamsIterator AbortController AbortSignal AbortSignalEventMap EventTarget Event EventListener
  EventListenerOrEventListenerObject AddEventListenerOptions EventListenerOptions Blob BlobPart BlobPropertyBag File
  ReadableStream ReadableStreamDefaultReader ReadableStreamGenericReader ReadableStreamReadResult
  ReadableStreamReadValueResult ReadableStreamReadDoneResult ReadableStreamAsyncIterator TextEncoder TextDecoder
  TextEncoderCommon TextDecoderCommon setTimeout clearTimeout setInterval clearInterval TimerHandler crypto Crypto BufferSource
  DOMException performance Performance structuredClone queueMicrotask atob btoa`.split(/\s+/),
);

/** @returns {Record<string, string>} */
export function collectTypes() {
  const entry = path.join(root, "src", "types", "every-module.ts");
  const host = ts.createCompilerHost(compilerOptions);
  const { getSourceFile } = host;
  const imports = modules.map((name) => `import "${name}";`).join("\n");
  host.getSourceFile = (name, ...rest) =>
    name === entry ? ts.createSourceFile(name, imports, ts.ScriptTarget.ES2023) : getSourceFile(name, ...rest);
  const program = ts.createProgram([entry], compilerOptions, host);
  const files = {
    "/lib.d.ts": "",
    "/globals.d.ts": browserGlobals(),
    "/picture.d.ts": "export declare const picture: string;",
  };
  for (const { fileName, text } of program.getSourceFiles()) {
    if (fileName === entry) continue;
    if (path.dirname(fileName) === library) files["/lib.d.ts"] += text.replace(/^\/\/\/ <reference lib=.*$/gm, "");
    else Object.assign(files, declarations(fileName, text));
  }
  return files;
}

/** A package's file and what TypeScript reads in its manifest, where the examples find them. */
function declarations(file, text) {
  const folder = packageOf(file);
  const { name, type, types, main, exports } = manifest(folder);
  return {
    [`/node_modules/${name}/${path.relative(folder, file)}`]: text.replace(/^\/\/# sourceMappingURL=.*$/m, ""),
    [`/node_modules/${name}/package.json`]: JSON.stringify({ name, type, types, main, exports }),
  };
}

function packageOf(file) {
  let folder = path.dirname(file);
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

function manifest(folder) {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}

function browserGlobals() {
  const sources = ["lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"].map((name) =>
    ts.createSourceFile(name, readFileSync(path.join(library, name), "utf8"), ts.ScriptTarget.ES2023),
  );
  return sources
    .flatMap((source) => source.statements.filter(isWanted).map((statement) => statement.getFullText(source)))
    .join("");
}

function isWanted(statement) {
  const names = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => name.text)
    : [statement.name?.text];
  return names.some((name) => browserNames.has(name));
}
