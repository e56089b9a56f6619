import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "@klingkit/core";
import type { ImageLimits, RequestField } from "@klingkit/spec";
import { base64Bytes, checkPicture } from "@klingkit/spec/picture";
import { kebabCase } from "./names.js";

/** A picture or sound as the wire wants it: an address as it is, a file as raw base64, checked before anything is sent. */
export async function readMedia(argument: string, { image, audio }: RequestField, cwd: string): Promise<string> {
  if (/^https?:\/\//i.test(argument)) return argument;
  const { maxBytes = 0 } = image ?? audio ?? {};
  // A picture far over the limit isn't read at all; one a little over is, so that its format is named first.
  const bytes = await readBytes(argument, maxBytes, image ? maxBytes * 4 : maxBytes, cwd);
  const problem = image && checkPicture(bytes, image);
  if (problem) throw new InputError(`${argument} ${problem.what}.`, problem.advice);
  return bytes.toString("base64");
}

/**
 * A picture that stands in `--body` already; what has the wrong type is left to the contract.
 * @throws InputError when it is neither an address nor the base64 of a usable picture
 */
export function checkGivenPicture(field: string, value: unknown, limits: ImageLimits): void {
  if (typeof value !== "string" || value === "" || /^(https?|data):/i.test(value)) return;
  const bytes = base64Bytes(value);
  const problem = bytes
    ? checkPicture(bytes, limits)
    : { what: "is neither an address nor base64", advice: `To send a file, name it with --${kebabCase(field)}.` };
  if (problem) throw new InputError(`${field} in --body ${problem.what}.`, problem.advice);
}

/** @param ceiling bytes above which the file isn't opened; 0 is no limit */
async function readBytes(argument: string, maxBytes: number, ceiling: number, cwd: string): Promise<Buffer> {
  const file = path.resolve(cwd, argument);
  try {
    const { size, isFile } = await stat(file).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) throw new InputError(`${argument} is not a file.`, "Give the path of a file, not of a folder.");
    if (ceiling > 0 && size > ceiling) {
      throw new InputError(
        `${argument} is ${(size / 1_048_576).toFixed(1)} MB; at most ${maxBytes / 1_048_576} MB are accepted.`,
        "Save it smaller.",
      );
    }
    return await readFile(file);
  } catch (error) {
    throw explain(error, argument);
  }
}

function explain(error: unknown, argument: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOENT" || code === "ENOTDIR")
    return new InputError(`There is no file ${argument}.`, "Check the path.");
  if (code === "EACCES" || code === "EPERM")
    return new InputError(`${argument} may not be read.`, "Check its permissions.");
  if (error instanceof InputError) return error;
  return new InputError(`${argument} can't be read (${String(code ?? error)}).`, "Check the path.");
}
