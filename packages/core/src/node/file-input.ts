import { readFile, stat } from "node:fs/promises";
import { readFactor, sizeProblem } from "@klingkit/spec/picture";
import { InputError } from "../index.js";
import type { InputSource } from "../inputs/index.js";
import { codeOf } from "./error-code.js";

/**
 * A file as a picture or a sound of a request. `prepare` of `@klingkit/core/inputs` reads it when the request is made.
 * @param name its name in error messages. Default: the path
 * @throws InputError (from the request) if it is not a file, can't be read, or is far too large
 */
export function fileInput(file: string, name = file): InputSource {
  return { name, read: (maxBytes) => readBytes(file, name, maxBytes) };
}

async function readBytes(file: string, name: string, maxBytes: number): Promise<Uint8Array> {
  try {
    const found = await stat(file);
    if (!found.isFile()) throw new InputError(`${name} is not a file.`, "Give the path of a file, not of a folder.");
    const problem = found.size > maxBytes * readFactor && sizeProblem(found.size, maxBytes);
    if (problem) throw new InputError(`${name} ${problem.what}.`, problem.advice);
    return await readFile(file);
  } catch (error) {
    throw explain(error, name);
  }
}

function explain(error: unknown, name: string): unknown {
  const code = codeOf(error);
  if (error instanceof InputError) return error;
  if (code === "ENOENT" || code === "ENOTDIR") return new InputError(`There is no file ${name}.`, "Check the path.");
  if (code === "EACCES" || code === "EPERM")
    return new InputError(`${name} may not be read.`, "Check its permissions.");
  return new InputError(`${name} can't be read (${code || error}).`, "Check the path.");
}
